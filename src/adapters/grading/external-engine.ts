import type { Fetch } from '@lcm/core/api/client.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Rubric } from '@lcm/core/domain/rubric.ts';
import { score } from '@lcm/core/domain/score-report.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { GradingEngine, GradingResult } from '@lcm/core/spi/grading-engine.ts';
import { z } from 'zod';

/** How an external grading engine is spoken to. */
export interface ExternalEngineOptions {
  /** Scheme, host, port and the path that `/api/v1/gradings` lies under. */
  baseUrl: string;
  apiKey: string;
  fetch: Fetch;
  clock: Clock;
  /** Milliseconds for one request, 30,000 by default. */
  timeoutMs?: number | undefined;
}

const job = z.looseObject({
  gradingId: z.string(),
  status: z.enum(['WORKING', 'COMPLETED', 'FAILED']),
  result: z
    .looseObject({
      score: z.number(),
      maxScore: z.number(),
      cutScore: z.number(),
      passed: z.boolean(),
      sections: z.array(
        z.looseObject({
          name: z.string(),
          score: z.number(),
          maxScore: z.number(),
          items: z.array(
            z.looseObject({
              id: z.string(),
              description: z.string(),
              score: z.number(),
              maxScore: z.number(),
              passed: z.boolean(),
              issues: z.array(z.string()),
            }),
          ),
        }),
      ),
    })
    .optional(),
  error: z.looseObject({ error_message: z.string(), retry_possible: z.boolean() }).optional(),
});
type Job = z.output<typeof job>;

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * A grading engine over HTTP. It works in its own time: `submit` mostly gives `working`, and its CloudEvent
 * or `result` tells the end. The reference is sent as Idempotency-Key, so that a repeated submission is the
 * same grading.
 */
export function externalEngine(options: ExternalEngineOptions): GradingEngine {
  const base = `${options.baseUrl.replace(/\/+$/, '')}/api/v1/gradings`;
  return {
    submit: async ({ reference, rubric, evidence }, signal) => {
      const body = { reference, attempt: 1, rubric: rubricOut(rubric), evidence };
      const headers = { 'idempotency-key': reference };
      const answer = await send(options, 'POST', base, { body, headers, signal });
      if (answer === undefined) throw new Refusal('unavailable', `the grading engine has no ${base}`);
      return resultOf(answer);
    },
    result: async (gradingId) => {
      const answer = await send(options, 'GET', `${base}/${encodeURIComponent(gradingId)}`, {});
      return answer && resultOf(answer);
    },
  };
}

/** The engine calls a pattern `pattern`; all else it names as we do. */
function rubricOut({ domain, cutScore, items }: Rubric) {
  return {
    ...(domain ? { domain } : {}),
    cutScore,
    items: items.map(({ checks, ...item }) => ({
      ...item,
      checks: checks.map(({ regex, ...check }) => ({ ...check, pattern: regex })),
    })),
  };
}

function resultOf({ gradingId, status, result, error }: Job): GradingResult {
  if (status === 'WORKING') return { status: 'working', gradingId };
  if (status === 'FAILED' || !result) {
    const message = error?.error_message ?? 'the grading engine gave no result';
    return { status: 'failed', gradingId, message, retryPossible: error?.retry_possible ?? false };
  }
  const sections = result.sections.map((section) => ({
    ...section,
    items: section.items.map(({ score: points, maxScore: maxPoints, ...item }) => ({
      ...item,
      points,
      maxPoints,
    })),
  }));
  return { status: 'done', gradingId, score: score.parse({ ...result, sections }) };
}

interface Sending {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Undefined where there is no such thing (404). */
async function send(
  { fetch, clock, apiKey, timeoutMs = DEFAULT_TIMEOUT_MS }: ExternalEngineOptions,
  method: 'GET' | 'POST',
  url: string,
  { body, headers, signal }: Sending,
): Promise<Job | undefined> {
  const late = new AbortController();
  const cancel = clock.after(timeoutMs, () => late.abort(new Error(`no answer within ${timeoutMs} ms`)));
  const init: RequestInit = {
    method,
    headers: {
      accept: 'application/json',
      'x-api-key': apiKey,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    redirect: 'error',
    signal: signal ? AbortSignal.any([late.signal, signal]) : late.signal,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  try {
    const answer = await fetch(url, init);
    return read(`${method} ${url}`, answer.status, await answer.text());
  } catch (error) {
    if (error instanceof Refusal || signal?.aborted) throw error;
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Refusal('unavailable', `the grading engine cannot be reached: ${cause}`, { cause: error });
  } finally {
    cancel();
  }
}

function read(what: string, status: number, text: string): Job | undefined {
  if (status === 404) return undefined;
  const message = `the grading engine refused ${what} with ${status}: ${text.slice(0, 300)}`;
  if (status === 401 || status === 403) throw new Refusal('forbidden', message);
  if (status >= 500 || status === 429) throw new Refusal('unavailable', message);
  if (status >= 400) throw new Refusal('rule', message);
  const parsed = job.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new Refusal('unavailable', `the grading engine answered ${what} in another form than agreed`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the shape check that follows says so.
    return undefined;
  }
}
