import type { LedgerEntry, LedgerKind } from '@lcm/simulator/ledger.ts';
import { expect } from 'vitest';
import { quantile, report } from './figures.ts';

/** A thing in the simulated world that stood beside another of the same purpose. */
export interface Stray {
  kind: LedgerKind;
  purpose: string;
  /** Milliseconds for which two or more were there. */
  livedMs: number;
  gone: boolean;
}

/**
 * Things that were doubled: where several of one kind and purpose were open at once, the time until one of
 * them was closed. What is still open is counted up to `now`.
 * @param purposeOf e.g. the session that a lab is for; nothing for what cannot be doubled
 */
export function straysOf(
  ledger: readonly LedgerEntry[],
  purposeOf: (entry: LedgerEntry) => string | undefined,
  now: number,
): Stray[] {
  const byPurpose = Map.groupBy(ledger, (entry) => `${entry.kind}/${purposeOf(entry) ?? entry.id}`);
  return [...byPurpose].flatMap(([purpose, entries]) => {
    const spans = entries
      .map(({ kind, openedAt, closedAt }) => ({
        kind,
        from: Date.parse(openedAt),
        to: closedAt === undefined ? now : Date.parse(closedAt),
        gone: closedAt !== undefined,
      }))
      .sort((one, other) => one.from - other.from);
    return spans.flatMap((span, index) => {
      const before = spans.slice(0, index).filter(({ to }) => to > span.from);
      if (before.length === 0) return [];
      const first = before.reduce((one, other) => (other.to < one.to ? other : one));
      const livedMs = Math.min(span.to, first.to) - span.from;
      return [{ kind: span.kind, purpose, livedMs, gone: span.gone || first.gone }];
    });
  });
}

/** Prints what holders that were frozen have left, and fails where one of their strays stayed, or for longer than that. */
export function expectGone(
  title: string,
  {
    runs,
    refused,
    strays,
    withinMs,
  }: { runs: number; refused: number; strays: readonly Stray[]; withinMs: number },
): void {
  const lived = strays.map(({ livedMs }) => livedMs);
  report(title, {
    runs,
    'stale writes refused': refused,
    strays: strays.length,
    'stray p50 s': quantile(lived, 0.5) / 1_000,
    'stray max s': quantile(lived, 1) / 1_000,
  });
  expect(strays.filter(({ gone }) => !gone)).toEqual([]);
  expect(Math.max(0, ...lived)).toBeLessThanOrEqual(withinMs);
}
