import type { Clock } from '@lcm/core/spi/clock.ts';

/** How long a zone that had none of a type is avoided. */
const AVOIDED_MS = 5 * 60_000;

/**
 * Zones that had no capacity lately, per region and instance type. Kept in memory only: whoever does not know
 * it asks in vain once more.
 */
export interface ShortZones {
  note(region: string, instanceType: string, zone: string): void;
  of(region: string, instanceType: string): string[];
}

/** Knows of no shortage yet. */
export function shortZones(clock: Clock): ShortZones {
  const until = new Map<string, Map<string, number>>();
  const key = (region: string, instanceType: string) => `${region}/${instanceType}`;
  return {
    note: (region, instanceType, zone) => {
      const zones = until.get(key(region, instanceType)) ?? new Map<string, number>();
      until.set(key(region, instanceType), zones.set(zone, clock.monotonic() + AVOIDED_MS));
    },
    of: (region, instanceType) => {
      const zones = until.get(key(region, instanceType)) ?? new Map<string, number>();
      for (const [zone, end] of zones) if (end <= clock.monotonic()) zones.delete(zone);
      return [...zones.keys()];
    },
  };
}
