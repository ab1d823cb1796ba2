import type { Fetch } from '@lcm/core/api/client.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { WorkerAddresses } from '@lcm/core/spi/worker-addresses.ts';
import { z } from 'zod';

const answer = z.object({ cmlUrl: z.string(), consoleHost: z.string() });

/**
 * Where the workers of the simulated cloud listen: the simulator is asked, for not every platform has the
 * loopback addresses that it gives its instances.
 */
export function simulatedAddresses(simulatorUrl: string, fetch: Fetch): WorkerAddresses {
  return {
    resolve: async ({ instanceId }) => {
      const response = await fetch(
        `${simulatorUrl}/admin/instances/${encodeURIComponent(instanceId)}/address`,
        { method: 'GET' },
      );
      if (response.ok) return answer.parse(await response.json());
      // 404: it knows no such instance; 409: nothing listens yet.
      if (response.status === 404 || response.status === 409) return undefined;
      throw new Refusal(
        'unavailable',
        `the simulator answered ${response.status} when asked for the address of ${instanceId}`,
      );
    },
  };
}
