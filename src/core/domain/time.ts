import { z } from 'zod';

/** A moment as it stands in state and on the wire: UTC, ISO 8601, e.g. `2026-03-01T09:00:00.000Z`. */
export const instant = z.iso.datetime({
  offset: false,
  message: 'must be a UTC time such as 2026-03-01T09:00:00Z',
});

/** The moment as text. @param ms milliseconds since the epoch */
export const iso = (ms: number): string => new Date(ms).toISOString();

/** Milliseconds since the epoch of a moment written as text. */
export const ms = (instantText: string): number => Date.parse(instantText);
