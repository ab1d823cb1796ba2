/**
 * How many rows would have to appear, go or move to get from one order to another. A row that the others
 * only made room for has not moved: what counts is the longest run that keeps its order.
 */
export function orderChanges(shown: readonly string[], wanted: readonly string[]): number {
  const place = new Map(wanted.map((id, index) => [id, index]));
  const kept: number[] = [];
  for (const id of shown) {
    const index = place.get(id);
    if (index !== undefined) kept.push(index);
  }
  const gone = shown.length - kept.length;
  const come = wanted.length - kept.length;
  return gone + come + (kept.length - longestRise(kept));
}

/** Length of the longest rising subsequence, by patience sorting. */
function longestRise(numbers: readonly number[]): number {
  const ends: number[] = [];
  for (const number of numbers) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    ends[low] = number;
  }
  return ends.length;
}
