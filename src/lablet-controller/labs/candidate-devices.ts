import { readPackage } from '@lcm/core/content/read-package.ts';
import type { PortDefinition } from '@lcm/core/domain/definition-state.ts';
import type { Device } from '@lcm/core/domain/user-session.ts';
import type { SessionWork } from '../session-work.ts';

/** The order in which a device's ways in are preferred (reference 02, section 4). */
const PREFERENCE = ['vnc', 'http', 'https', 'rdp', 'ssh', 'serial', 'telnet', 'tcp'] as const;
type Protocol = (typeof PREFERENCE)[number];

const BY_INNER_PORT: Readonly<Record<number, Protocol>> = {
  22: 'ssh',
  23: 'telnet',
  80: 'http',
  443: 'https',
  3389: 'rdp',
};

/**
 * The devices that LDS shows: those that the content package makes visible (all where it says nothing), each
 * with the one of its ports that is preferred.
 * @param ports the lab's ports by port name
 */
export async function candidateDevices(
  work: SessionWork,
  ports: Readonly<Record<string, number>>,
  host: string,
): Promise<Device[]> {
  const { facts } = await work.definition();
  const visible = await visibleLabels(work);
  const devices = new Map<string, Device>();
  const byPreference = facts.ports
    .map((definition) => ({ definition, protocol: protocolOf(definition) }))
    .toSorted((one, other) => PREFERENCE.indexOf(one.protocol) - PREFERENCE.indexOf(other.protocol));
  for (const { definition, protocol } of byPreference) {
    const port = ports[definition.name];
    const label = definition.node;
    if (port === undefined || devices.has(label) || definition.transport === 'udp') continue;
    if (visible && !visible.has(label)) continue;
    devices.set(label, { label, protocol, host, port });
  }
  const order = facts.ports.map(({ node }) => node);
  return [...devices.values()].toSorted(
    (one, other) => order.indexOf(one.label) - order.indexOf(other.label),
  );
}

function protocolOf({ kind, inner }: PortDefinition): Protocol {
  if (kind !== 'pat') return kind;
  return BY_INNER_PORT[inner ?? 0] ?? 'tcp';
}

async function visibleLabels(work: SessionWork): Promise<ReadonlySet<string> | undefined> {
  const { packageKey } = (await work.definition()).content;
  if (packageKey === undefined) return undefined;
  const { visibleDevices } = readPackage(await work.deps.content.get(packageKey));
  return visibleDevices && new Set(visibleDevices.map(({ label }) => label));
}
