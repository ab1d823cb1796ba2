import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Secrets } from '@lcm/core/spi/secrets.ts';

/** How long secrets are remembered, in milliseconds. */
export interface Remembering {
  /** A secret that was rotated is taken up after so long at most. */
  freshMs: number;
  /** So long the one last read serves where its source does not answer; not where it says that there is none. */
  staleMs: number;
}

/** Secrets of a source that is slow or costs money, asked for once by all who want the same. */
export function rememberedSecrets(
  source: Secrets,
  clock: Clock,
  { freshMs, staleMs }: Remembering = { freshMs: 60_000, staleMs: 900_000 },
): Secrets {
  const asked = new Map<string, { at: number; secret: Promise<string> }>();
  const lastRead = new Map<string, { at: number; secret: string }>();
  const read = async (reference: string): Promise<string> => {
    try {
      const secret = await source.get(reference);
      lastRead.set(reference, { at: clock.monotonic(), secret });
      return secret;
    } catch (refusal) {
      const last = lastRead.get(reference);
      const silent = refusal instanceof Refusal && refusal.code === 'unavailable';
      if (silent && last && clock.monotonic() - last.at < staleMs) return last.secret;
      // A failure is not remembered, nor a secret that is gone.
      asked.delete(reference);
      lastRead.delete(reference);
      throw refusal;
    }
  };
  return {
    get: (reference) => {
      const now = clock.monotonic();
      const before = asked.get(reference);
      if (before && now - before.at < freshMs) return before.secret;
      const secret = read(reference);
      asked.set(reference, { at: now, secret });
      return secret;
    },
  };
}
