import type { PlacementOptions } from './decide.ts';
import { FITS, type Question, questionOf, verdict } from './filters.ts';
import type { Fleet } from './fleet.ts';
import { NO_GROWTH } from './growth.ts';
import type { PlacementRequest } from './request.ts';
import { chooseTemplates } from './templates.ts';

/** A later start at which the session would fit. */
export interface Alternative {
  /** Milliseconds by which the whole slot is moved. */
  laterByMs: number;
  /** The worker that would take it; absent where one would be made. */
  workerId?: string;
}

/** Starts are offered at full steps of this after the one that was asked for. */
const STEP_MS = 5 * 60_000;
/** Offers lie at least so far apart: three starts within minutes are one offer. */
const APART_MS = 30 * 60_000;

/**
 * Up to `most` later starts at which the session would fit, soonest first: on workers that are there, and
 * on one that can be made.
 * @param horizonMs how far ahead to look, in milliseconds
 */
export function alternatives(
  request: PlacementRequest,
  fleet: Fleet,
  options: PlacementOptions,
  most = 3,
  horizonMs = 14 * 86_400_000,
): Alternative[] {
  const found: Alternative[] = [];
  let earliest = STEP_MS;
  while (found.length < most) {
    const next = soonest(request, fleet, options, earliest, horizonMs);
    if (!next) break;
    found.push(next);
    earliest = next.laterByMs + APART_MS;
  }
  return found;
}

/** The soonest start that is at least so much later. */
function soonest(
  request: PlacementRequest,
  fleet: Fleet,
  options: PlacementOptions,
  earliestMs: number,
  horizonMs: number,
): Alternative | undefined {
  let best = byGrowth(request, options, earliestMs);
  const ask = questions(request, fleet, options);
  for (let index = 0; index < fleet.size; index++) {
    const bound = best?.laterByMs ?? horizonMs;
    const laterByMs = soonestOn(request, fleet, ask, index, earliestMs, bound);
    const workerId = fleet.candidates[index]?.workerId;
    if (laterByMs === undefined || workerId === undefined) continue;
    const tie = laterByMs === best?.laterByMs && (best.workerId === undefined || workerId < best.workerId);
    if (!best || laterByMs < best.laterByMs || tie) best = { laterByMs, workerId };
  }
  return best && best.laterByMs <= horizonMs ? best : undefined;
}

/** A worker becomes free for the session only where something on it ends, so that only those moments are tried. */
function soonestOn(
  request: PlacementRequest,
  fleet: Fleet,
  ask: (laterByMs: number) => Question,
  index: number,
  earliestMs: number,
  boundMs: number,
): number | undefined {
  const times = fleet.profiles.moments(index);
  const ready = fleet.candidates[index]?.availableAt ?? 0;
  const tries = [earliestMs, ...[ready, ...times].map((at) => step(at - request.window.from))]
    .filter((laterByMs) => laterByMs >= earliestMs && laterByMs <= boundMs)
    .sort((one, other) => one - other);
  return tries.find((laterByMs) => {
    const question = ask(laterByMs);
    return verdict(question, fleet, index) === FITS;
  });
}

/** The question by how much later it is asked; the same for all workers. */
function questions(request: PlacementRequest, fleet: Fleet, { now, workerLeadSeconds }: PlacementOptions) {
  const known = new Map<number, Question>();
  return (laterByMs: number): Question => {
    const question =
      known.get(laterByMs) ?? questionOf(later(request, laterByMs), fleet, now, workerLeadSeconds * 1000);
    known.set(laterByMs, question);
    return question;
  };
}

function byGrowth(
  request: PlacementRequest,
  { now, workerLeadSeconds, growth = NO_GROWTH }: PlacementOptions,
  earliestMs: number,
): Alternative | undefined {
  const { fitting } = chooseTemplates(request, growth.templates);
  if (!fitting.some((template) => growth.blocked(template) === undefined)) return undefined;
  const ready = step(now + workerLeadSeconds * 1000 - request.window.from);
  return { laterByMs: Math.max(earliestMs, ready) };
}

const step = (ms: number) => Math.ceil(ms / STEP_MS) * STEP_MS;

function later(request: PlacementRequest, ms: number): PlacementRequest {
  const { window, latestReady } = request;
  return {
    ...request,
    window: { from: window.from + ms, to: window.to + ms },
    latestReady: latestReady + ms,
  };
}
