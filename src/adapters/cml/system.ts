import { Refusal } from '@lcm/core/domain/refusal.ts';
import { iso } from '@lcm/core/domain/time.ts';
import type { CmlActivity, CmlSystem, CmlSystemStats } from '@lcm/core/spi/cml.ts';
import {
  computeHosts,
  definitions,
  licensing,
  read,
  systemInformation,
  systemStats,
  telemetryEvents,
} from './answers.ts';
import type { CmlConnection } from './connection.ts';
import { licenceOf, NODE_COUNT_FEATURE, PRODUCTS } from './licence.ts';

const GIB = 1024 ** 3;

/** The system side of one CML server, over its REST API v0. */
export function cmlSystem(connection: CmlConnection): CmlSystem {
  const licence = async () => licenceOf(read(licensing, await connection.json('GET', 'licensing')));
  return {
    information: async () => {
      const answer = systemInformation.safeParse(await connection.open('system_information'));
      return answer.success ? answer.data : undefined;
    },
    nodeDefinitions: async () =>
      read(definitions, await connection.json('GET', 'simplified_node_definitions'))
        .map(({ id }) => id)
        .sort(),
    stats: async () => statsOf(await connection.json('GET', 'system_stats')),
    licence,
    register: async (type, token, extraNodes = 0) => {
      const product = PRODUCTS[type];
      if (!product) throw new Refusal('rule', `an ${type} licence needs no registration`);
      const before = await licence();
      const underWay = ['COMPLETED', 'IN_PROGRESS'].includes(before.registration);
      if (!underWay) {
        if (before.product !== product)
          await connection.json('PUT', 'licensing/product_license', { json: product });
        await connection.json('POST', 'licensing/registration', { json: { token, reregister: false } });
      }
      if (extraNodes > 0) await buyNodes(connection, extraNodes);
    },
    deregister: async () => {
      try {
        await connection.json('DELETE', 'licensing/deregistration');
      } catch (error) {
        // CML answers 400 where there is nothing to give back, and while it is giving it back.
        if (!(error instanceof Refusal) || error.code !== 'rule') throw error;
        const { registration } = await licence();
        if (registration === 'COMPLETED') throw error;
      }
    },
    setAdmission: async (state) => {
      const hosts = read(computeHosts, await connection.json('GET', 'system/compute_hosts'));
      for (const { id, admission_state } of hosts) {
        if (admission_state === state) continue;
        await connection.json('PATCH', `system/compute_hosts/${id}`, { json: { admission_state: state } });
      }
    },
    activities: async (since) => {
      const own = await connection.username();
      const events = read(telemetryEvents, await connection.json('GET', 'telemetry/events'));
      return events
        .map(activityOf)
        .filter(({ category, at, user }) => at > since && !(category === 'user_activity' && user === own))
        .sort((one, other) => (one.at < other.at ? -1 : 1));
    },
  };
}

/** CML refuses more than its feature's most altogether, and then the base licence's nodes would be all. */
async function buyNodes(connection: CmlConnection, wanted: number): Promise<void> {
  const { features } = read(licensing, await connection.json('GET', 'licensing'));
  const most = features?.find(({ id }) => id === NODE_COUNT_FEATURE)?.max ?? wanted;
  const json = [{ id: NODE_COUNT_FEATURE, count: Math.min(wanted, most) }];
  await connection.json('PATCH', 'licensing/features', { json });
}

function statsOf(answer: unknown): CmlSystemStats {
  const { all, computes } = read(systemStats, answer);
  const hosts = Object.values(computes).flatMap(({ stats }) => stats.dominfo ?? []);
  const sum = (of: (host: (typeof hosts)[number]) => number) =>
    hosts.reduce((total, host) => total + of(host), 0);
  return {
    cpuPercent: all.cpu.percent,
    memoryUsedGb: all.memory.used / GIB,
    memoryTotalGb: all.memory.total / GIB,
    diskUsedGb: all.disk.used / GIB,
    diskTotalGb: all.disk.total / GIB,
    runningNodes: sum((host) => host.running_nodes),
    allocatedCpus: sum((host) => host.allocated_cpus),
    allocatedMemoryGb: sum((host) => host.allocated_memory) / 1024 ** 2,
  };
}

/** Our own logins are no activity; times without a zone are UTC, those as numbers are seconds. */
function activityOf(event: {
  category: string;
  timestamp: string | number;
  data?: Record<string, unknown> | null | undefined;
}): CmlActivity {
  const user = event.data?.['username'];
  return {
    category: event.category,
    at: iso(
      typeof event.timestamp === 'number' ? event.timestamp * 1000 : Date.parse(withZone(event.timestamp)),
    ),
    ...(typeof user === 'string' ? { user } : {}),
  };
}

function withZone(timestamp: string): string {
  return /(Z|[+-]\d\d:?\d\d)$/i.test(timestamp) ? timestamp : `${timestamp}Z`;
}
