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
