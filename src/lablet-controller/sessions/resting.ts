import { ms } from '@lcm/core/domain/time.ts';
import type { Projected } from '@lcm/core/spi/state-bus.ts';
import { isGone } from '../site.ts';
import { LONGEST_MS } from './visit.ts';

/**
 * Milliseconds for which there is nothing to do for a session, by what the bus says of it and of its worker: its
 * place is held from a later moment on, and the worker is not lost. Undefined where it has to be looked at. With
 * this, a thousand bookings for next week cost nothing.
 */
export function restsForMs(
  session: Projected | undefined,
  worker: Projected | undefined,
  now: number,
): number | undefined {
  const heldFrom = session?.['heldFrom'];
  if (session?.['status'] !== 'SCHEDULED' || typeof heldFrom !== 'string') return undefined;
  if (!worker || isGone(worker['status'])) return undefined;
  const restMs = ms(heldFrom) - now;
  return restMs > 0 ? Math.min(restMs, LONGEST_MS) : undefined;
}
