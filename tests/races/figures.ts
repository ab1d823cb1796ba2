/** Prints what a race has measured, in one line beside its result. */
export function report(race: string, figures: Readonly<Record<string, string | number>>): void {
  const text = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  console.info(`${race}: ${text.join(', ')}`);
}

/** The value that this share of the numbers does not exceed; 0 where there are none. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
