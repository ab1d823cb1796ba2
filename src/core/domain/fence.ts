import { Refusal } from './refusal.ts';

/** Highest fencing token seen per `<controller>/<partition>`; kept with the aggregate and checked on write. */
export type Fences = Readonly<Record<string, number>>;

/** Proof that a controller holds a partition: the token grows with every change of holder. */
export interface Fence {
  controller: string;
  partition: number;
  token: number;
}

/**
 * A fence as it is written in a header: `<controller>/<partition>/<token>`. Tokens have up to 16 digits, because those
 * of the bus in memory begin at microseconds since the epoch, and no more than a number holds exactly.
 */
export const FENCE_TEXT = /^([a-z-]{1,50})\/(\d{1,4})\/(\d{1,15}|[1-8]\d{15})$/;

/**
 * The fences after a write of that holder.
 * @throws Refusal `staleFence` where a later holder has written already
 */
export function pass(fences: Fences, fence: Fence): Fences {
  const key = `${fence.controller}/${fence.partition}`;
  const latest = fences[key] ?? 0;
  if (fence.token < latest) {
    throw new Refusal(
      'staleFence',
      `partition ${key} is held under token ${latest} by now, ${fence.token} is stale`,
    );
  }
  return fence.token === latest ? fences : { ...fences, [key]: fence.token };
}
