import type { CmlContext } from './context.ts';
import { nodesOf } from './labs.ts';
import { stateOfLink } from './links.ts';
import type { LabRecord, NodeRecord } from './model.ts';
import { nodeState } from './node-states.ts';

/** `simulation_stats`: what running nodes use and running links carry, growing with time. */
export function simulationStats(context: CmlContext, lab: LabRecord) {
  const now = context.world.clock.now();
  const nodes = nodesOf(context, lab);
  const since = new Map(nodes.map((node) => [node.id, upSeconds(node, now)]));
  return {
    nodes: Object.fromEntries(nodes.map((node) => [node.id, nodeStats(node, now)])),
    links: Object.fromEntries(
      lab.links.map((link) => {
        const started = stateOfLink(context, link) === 'STARTED';
        const seconds = started ? Math.min(since.get(link.nodeA) ?? 0, since.get(link.nodeB) ?? 0) : 0;
        // Hellos and keepalives: a packet a second each way.
        return [
          link.id,
          {
            readbytes: seconds * 90,
            readpackets: seconds,
            writebytes: seconds * 88,
            writepackets: seconds,
            drops: 0,
          },
        ];
      }),
    ),
  };
}

function nodeStats(node: NodeRecord, now: number) {
  const seconds = upSeconds(node, now);
  const state = nodeState(node, now);
  return {
    // Percent of its CPUs: busy while it boots, then quiet.
    cpu_usage: state === 'STARTED' ? 90 : state === 'BOOTED' ? 4 + (fingerprint(node.id) % 60) / 10 : 0,
    block0_rd_bytes: seconds > 0 ? 50_000_000 + seconds * 100 : 0,
    block0_wr_bytes: seconds > 0 ? 1_000_000 + seconds * 200 : 0,
  };
}

function upSeconds(node: NodeRecord, now: number): number {
  return node.life.phase === 'started' ? Math.max(0, Math.floor((now - node.life.startsAt) / 1000)) : 0;
}

const fingerprint = (id: string) => [...id].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0);
