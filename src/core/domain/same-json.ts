import { canonicalJson } from './canonical-json.ts';

/** Whether two values are the same as JSON, whatever the order of their keys. */
export function sameJson(one: unknown, other: unknown): boolean {
  return canonicalJson(one) === canonicalJson(other);
}
