/** The value that this share (0 to 1) of all are not above. @throws RangeError where there are none */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const found = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))];
  if (found === undefined) throw new RangeError('nothing was measured');
  return found;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Milliseconds of a clock that all threads and processes of this machine share. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Milliseconds that it took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const before = nowMs();
  await work();
  return nowMs() - before;
}
