import type { Fence } from '../domain/fence.ts';
import { Refusal } from '../domain/refusal.ts';
import { fenceHeader } from './fence-header.ts';
import type { Partitions } from './partitions.ts';

/** What one reconcile shows to prove that it may act, checked anew each time it is asked for. */
export function proofOf(begunUnder: Fence, partitions: Partitions, id: string) {
  let refused: Refusal | undefined;
  const fence = (callMs = 0): Fence => {
    const now = partitions.fenceFor(id, callMs);
    // Lost and won back in between is another holding: somebody else may have acted.
    if (now?.token === begunUnder.token) return now;
    const name = `${begunUnder.controller}/${begunUnder.partition}`;
    refused = new Refusal('staleFence', `partition ${name} is not surely held for another ${callMs} ms`);
    throw refused;
  };
  return {
    fence,
    headers: (callMs = 0) => fenceHeader(fence(callMs)),
    /** The last refusal that came from here. */
    refusedHere: () => refused,
  };
}
