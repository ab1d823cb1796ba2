import type { Clock } from '@lcm/core/spi/clock.ts';

/** What a sink's answer to one delivery means for the sender. */
export type Verdict =
  | { kind: 'delivered' }
  /** The sink will never take this event: sending it again is of no use. */
  | { kind: 'refused' }
  /** The sink wants no more events at all (410). */
  | { kind: 'gone' }
  /** The sink wants to be left alone for a while (429, or 503 with Retry-After). */
  | { kind: 'pause'; ms: number }
  | { kind: 'retry' };

/** What a delivery needs from outside. `signal` ends it when the sender is closed. */
export interface DeliveryMeans {
  fetch: typeof globalThis.fetch;
  clock: Clock;
  answerWithinMs: number;
  signal: AbortSignal;
}

/**
 * Posts one event in structured mode and reads the answer as the CloudEvents HTTP webhook specification
 * (1.0.1, section 2.1.4) has it. Redirects are not followed; a broken connection or a missed deadline
 * counts as `retry`.
 */
export async function deliverEvent(sink: string, event: unknown, means: DeliveryMeans): Promise<Verdict> {
  const late = new AbortController();
  const cancel = means.clock.after(means.answerWithinMs, () => late.abort(new Error('no answer in time')));
  try {
    const response = await means.fetch(sink, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify(event),
      redirect: 'manual',
      signal: AbortSignal.any([late.signal, means.signal]),
    });
    await response.body?.cancel();
    return verdictOf(response.status, response.headers.get('retry-after'), means.clock.now());
  } catch {
    // Whatever broke the exchange (refused, reset, too late), the remedy is the same: try again.
    return { kind: 'retry' };
  } finally {
    cancel();
  }
}

/** A 429 has to say how long it lasts; where it does not, this is assumed. */
const unstatedPauseMs = 5_000;

// 401: a sink that has started anew knows other tokens than before, and tells us of ours in a moment.
const worthRepeating = new Set([401, 408, 425, 500, 502, 503, 504]);

function verdictOf(status: number, retryAfter: string | null, nowMs: number): Verdict {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) return { kind: 'gone' };
  if (status === 429) return { kind: 'pause', ms: pauseMs(retryAfter, nowMs) ?? unstatedPauseMs };
  const ms = status === 503 ? pauseMs(retryAfter, nowMs) : undefined;
  if (ms !== undefined) return { kind: 'pause', ms };
  return { kind: worthRepeating.has(status) ? 'retry' : 'refused' };
}

/** Retry-After is either whole seconds or an HTTP date (RFC 9110, section 10.2.3). */
function pauseMs(retryAfter: string | null, nowMs: number): number | undefined {
  if (retryAfter === null) return undefined;
  if (/^\d+$/.test(retryAfter.trim())) return Number(retryAfter) * 1_000;
  const until = Date.parse(retryAfter);
  return Number.isNaN(until) ? undefined : Math.max(0, until - nowMs);
}
