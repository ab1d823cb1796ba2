import type { Topology } from '@lcm/core/topology/topology.ts';
import type { SessionWork } from '../session-work.ts';
import type { ReachableSite } from '../site.ts';

/** Packets kept of one link; more would fill the server's disk. */
const MAX_PACKETS = 50_000;

/** A link of the lab of which the packets are to be kept. */
export interface CapturedLink {
  /** As the definition names it. */
  name: string;
  cmlLinkId: string;
}

/** The links that the definition wants captured, as CML knows them; those that it does not know are left out. */
export async function capturedLinks(
  work: SessionWork,
  { labs }: ReachableSite,
  cmlLabId: string,
): Promise<CapturedLink[]> {
  const { spec } = await work.definition();
  const wanted = spec.evidence?.pcapLinks ?? [];
  if (wanted.length === 0) return [];
  const topology = await work.topology();
  const present = await labs.links(cmlLabId);
  return wanted.flatMap((name) => {
    const label = labelOf(topology, name);
    const link = present.find((one) => one.label === label);
    return link ? [{ name, cmlLinkId: link.id }] : [];
  });
}

/** Begins the captures; one that runs already goes on. */
export async function startCaptures(work: SessionWork, site: ReachableSite, cmlLabId: string): Promise<void> {
  for (const { cmlLinkId } of await capturedLinks(work, site, cmlLabId)) {
    work.holdFast();
    try {
      await site.labs.startCapture(cmlLabId, cmlLinkId, { maxPackets: MAX_PACKETS });
    } catch (error) {
      // Captures are a bonus: they never keep a candidate from the lab.
      work.deps.log.warn({ sessionId: work.session.id, cmlLinkId, error: String(error) }, 'no capture');
    }
  }
}

/** CML gives links ids of its own and keeps their labels; it makes one where the topology has none. */
function labelOf(topology: Topology, name: string): string {
  const link = topology.links.find(({ id, label }) => id === name || label === name);
  if (!link) return name;
  if (link.label !== undefined) return link.label;
  const end = (nodeId: string, interfaceId: string) => {
    const node = topology.nodes.find(({ id }) => id === nodeId);
    const port = node?.interfaces.find(({ id }) => id === interfaceId);
    return `${node?.label}-${port?.label}`;
  };
  return `${end(link.nodeA, link.interfaceA)}<->${end(link.nodeB, link.interfaceB)}`;
}
