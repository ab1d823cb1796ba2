import { timingSafeEqual } from 'node:crypto';

/** Whether two texts are the same, without telling by its time how much of them is. */
export function sameSecret(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
