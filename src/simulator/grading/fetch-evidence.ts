import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Evidence } from './evaluate.ts';

/** The evidence could not be had now; it may be there later. */
export class EvidenceUnavailable extends Error {}

/** What fetching needs from outside. `signal` ends it when the engine is closed. */
export interface FetchMeans {
  fetch: typeof globalThis.fetch;
  clock: Clock;
  signal: AbortSignal;
}

/**
 * Gets the evidence, a JSON object of texts by name, from its address; gives up after 30 seconds.
 * @throws EvidenceUnavailable
 */
export async function fetchEvidence(url: string, { fetch, clock, signal }: FetchMeans): Promise<Evidence> {
  const late = new AbortController();
  const cancel = clock.after(withinMs, () => late.abort(new Error('no answer in time')));
  try {
    const response = await fetch(url, { signal: AbortSignal.any([late.signal, signal]) });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    const evidence: unknown = await response.json();
    if (!isEvidence(evidence)) throw new Error('it gave no object of texts');
    return evidence;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EvidenceUnavailable(`no evidence from ${url}: ${reason}`, { cause: error });
  } finally {
    cancel();
  }
}

const withinMs = 30_000;

function isEvidence(value: unknown): value is Evidence {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === 'string');
}
