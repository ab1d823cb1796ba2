import type { Instance } from '@lcm/core/spi/cloud-provider.ts';
import type { CmlServer } from '@lcm/core/spi/cml.ts';
import type { Visit } from './visit.ts';

/** The worker's CML server as it answered just now. */
export interface LiveCml {
  server: CmlServer;
  cmlUrl: string;
  consoleHost: string;
  version: string;
}

/** The CML server of a running instance, or why there is none to talk to. */
export async function reachCml(visit: Visit, instance: Instance): Promise<LiveCml | { silent: string }> {
  if (instance.state !== 'running') return { silent: `its instance is ${instance.state}` };
  const address = await visit.deps.addresses.resolve(instance);
  if (!address) return { silent: 'its instance has no address yet' };
  const server = visit.deps.cml(address.cmlUrl);
  const information = await server.system.information();
  if (!information) return { silent: 'CML does not answer' };
  if (!information.ready) return { silent: `CML ${information.version} is not ready` };
  return { server, ...address, version: information.version };
}

/** Reports a CML server that is ready, with what it can run. */
export async function observeCml(
  visit: Visit,
  cml: LiveCml,
  admissionState: 'ONLINE' | 'READY',
): Promise<void> {
  const known = visit.worker.cml;
  const same = known?.url === cml.cmlUrl && known.version === cml.version && known.nodeDefinitions.length > 0;
  const nodeDefinitions = same ? known.nodeDefinitions : await cml.server.system.nodeDefinitions();
  await visit.observe({
    cml: {
      url: cml.cmlUrl,
      consoleHost: cml.consoleHost,
      version: cml.version,
      ready: true,
      nodeDefinitions,
      admissionState,
    },
  });
}
