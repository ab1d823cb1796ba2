/** The least and the greatest version that will do, both included. */
export interface VersionRange {
  min?: string | undefined;
  max?: string | undefined;
}

/**
 * Compares versions part by part as numbers, so that 2.10 comes after 2.9; what follows `+` or `-`
 * (build or pre-release, as in `2.9.1+build.7`) is left out. Negative, zero or positive, as for `sort`.
 */
export function compareVersions(one: string, other: string): number {
  return compareParts(partsOf(one), partsOf(other));
}

/**
 * Whether the version lies in the range. The upper bound covers what it names: a `max` of 2.9 includes
 * 2.9.1 as well.
 */
export function versionInRange(version: string, { min, max }: VersionRange): boolean {
  const parts = partsOf(version);
  if (min !== undefined && compareParts(parts, partsOf(min)) < 0) return false;
  if (max === undefined) return true;
  const bound = partsOf(max);
  return compareParts(parts.slice(0, bound.length), bound) <= 0;
}

function partsOf(version: string): number[] {
  const [numbers = ''] = version.replace(/^v/i, '').split(/[+-]/);
  return numbers.split('.').map((part) => Number.parseInt(part, 10) || 0);
}

function compareParts(one: readonly number[], other: readonly number[]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
