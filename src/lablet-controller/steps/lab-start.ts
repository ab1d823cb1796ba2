import { Refusal } from '@lcm/core/domain/refusal.ts';
import { ms } from '@lcm/core/domain/time.ts';
import { StepWaits } from '@lcm/core/pipeline/step-handler.ts';
import type { CmlNode } from '@lcm/core/spi/cml.ts';
import { nodeDefaults } from '@lcm/core/topology/node-definitions.ts';
import { startCaptures } from '../labs/captures.ts';
import { noteStatus } from '../labs/record-status.ts';
import type { SessionWork } from '../session-work.ts';
import { type ReachableSite, reachable } from '../site.ts';
import { labOf, type SessionStep } from './step.ts';

/**
 * Starts the lab and waits until every node has booted; a lab is never BOOTED itself (reference 04, A1.5).
 * States that nobody knows count as not yet.
 */
export const labStart: SessionStep = {
  run: async ({ context: work }) => {
    const { cmlLabId, labRecordId } = labOf(work);
    const site = reachable(await work.site());
    const nodes = await site.labs.nodes(cmlLabId);
    const waiting = nodes.filter((node) => !isUp(node));
    if (waiting.length === 0) {
      await noteStatus(work, labRecordId, 'BOOTED');
      await startCaptures(work, site, cmlLabId);
      return { nodes: nodes.length };
    }
    if (waiting.some(({ state }) => state === 'DEFINED_ON_CORE' || state === 'STOPPED'))
      await start(work, site, cmlLabId);
    const booted = `${nodes.length - waiting.length} of ${nodes.length} nodes booted`;
    throw new StepWaits(booted, nodes.length > MANY_NODES ? LARGE_LAB : SMALL_LAB);
  },
};

const MANY_NODES = 50;
const SMALL_LAB = { atMostMs: 5_000 };
/** One look at a large lab is a large answer, and it never boots in seconds. */
const LARGE_LAB = { atLeastMs: 2_500, atMostMs: 15_000 };

/** Parts of the wiring have nothing that boots: CML has them STARTED for good. */
function isUp({ state, nodeDefinition }: CmlNode): boolean {
  return state === 'BOOTED' || (state === 'STARTED' && !nodeDefaults(nodeDefinition).console);
}

/** Starting what has started already harms nothing, and starts the nodes that did not. */
async function start(work: SessionWork, { labs }: ReachableSite, cmlLabId: string): Promise<void> {
  work.holdFast();
  try {
    await labs.start(cmlLabId);
  } catch (refusal) {
    // Still stopping, or the server takes no starts now: that passes.
    if (refusal instanceof Refusal && refusal.code === 'conflict') {
      await refuseIfOvercommitted(work, refusal);
      throw new StepWaits(`CML does not start the lab yet: ${refusal.message}`, SMALL_LAB);
    }
    throw refusal;
  }
  await noteStatus(work, labOf(work).labRecordId, 'STARTING');
}

/**
 * A worker may have less by now than when the session was placed on it, for its licence gives fewer nodes. What
 * does not fit any more never will: the lab is better built elsewhere than waited for.
 * @throws Refusal `rule` where more nodes are promised on the worker now than it has
 */
async function refuseIfOvercommitted(work: SessionWork, cause: Refusal): Promise<void> {
  const { workerId } = work.session.placement ?? {};
  if (workerId === undefined) return;
  const { workerLedgers } = work.deps.client.internal;
  const { state } = await workerLedgers.get({ params: { id: workerId } });
  const now = work.now();
  const promised = Object.values(state.reservations)
    .filter(({ from, to }) => ms(from) <= now && now < ms(to))
    .reduce((sum, { need }) => sum + need.nodes, state.foreign.nodes);
  if (promised <= state.capacity.nodes) return;
  const message = `worker ${workerId} has ${state.capacity.nodes} nodes by now, and ${promised} are promised on it`;
  throw new Refusal('rule', `${message}: ${cause.message}`, { cause });
}
