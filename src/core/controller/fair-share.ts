/**
 * How many partitions each member should hold. The shares add up to the count and differ by one at most; the
 * larger ones go to those who hold most already, so that nothing moves without need.
 * @param holdings partitions held now, by member; every member is in it
 */
export function fairShares(count: number, holdings: ReadonlyMap<string, number>): Map<string, number> {
  const members = [...holdings].sort(([a, held], [b, alsoHeld]) => alsoHeld - held || (a < b ? -1 : 1));
  const least = Math.floor(count / members.length);
  const larger = count % members.length;
  return new Map(members.map(([member], rank) => [member, rank < larger ? least + 1 : least]));
}
