import { CHECKED, CPU, MEMORY } from './amounts.ts';
import { type Question, readyAt, takenIn } from './filters.ts';
import { AT, type Fleet, STRIDE } from './fleet.ts';
import { freeAt } from './profile.ts';

/** What a lab of the same definition that can be claimed adds to a worker's score: an import less. */
export const REUSE_BONUS = 0.05;

/** Why a worker that fits is taken only when there is no better one; a sum of these, less is better. */
export const RANK = {
  /** It would be kept running, or made earlier, only to wait for this session. */
  idles: 1,
  /** It comes up after the lab should be begun. */
  late: 2,
  /** An instantiation of this session has failed on it. */
  avoided: 4,
} as const;

/** A worker that fits, and how well. */
export interface Ranked {
  index: number;
  workerId: string;
  rank: number;
  /** How full the worker would be at its fullest moment in the window, 0 to 1, and what else counts for it. */
  score: number;
  /** Milliseconds between the session's end and the moment at which the worker is empty. */
  idleAfter: number;
}

/** What a score can be at most: as if what is taken at any moment were taken in the window too. */
export function scoreBound(question: Question, fleet: Fleet, index: number): number {
  const base = index * STRIDE + AT.spare;
  return fullness(question, fleet, index, fleet.numbers[base + CPU] ?? 0, fleet.numbers[base + MEMORY] ?? 0);
}

/** How full it would be with the session, at the fullest moment of the window. */
export function scoreOf(question: Question, fleet: Fleet, index: number, reuses: boolean): number {
  const base = index * STRIDE + AT.room;
  const cpu = (fleet.numbers[base + CPU] ?? 0) - takenIn(question, fleet, index, CPU);
  const memory = (fleet.numbers[base + MEMORY] ?? 0) - takenIn(question, fleet, index, MEMORY);
  const score = fullness(question, fleet, index, cpu, memory) + (reuses ? REUSE_BONUS : 0);
  return Math.round(score * PRECISION) / PRECISION;
}

/** Scores that differ by less are the same. */
const PRECISION = 1e6;

function fullness(
  question: Question,
  fleet: Fleet,
  index: number,
  cpuFree: number,
  memoryFree: number,
): number {
  const base = index * STRIDE + AT.share;
  const cpu = (cpuFree - (question.wanted[CPU] ?? 0)) * (fleet.numbers[base + CPU] ?? 0);
  const memory = (memoryFree - (question.wanted[MEMORY] ?? 0)) * (fleet.numbers[base + MEMORY] ?? 0);
  return 1 - (cpu + memory) / 2;
}

/** Milliseconds from the session's end to the moment at which the worker would be empty otherwise. */
export function idleAfter(question: Question, fleet: Fleet, index: number): number {
  const profile = fleet.profiles[index];
  return profile ? Math.abs(freeAt(profile, SESSIONS, question.from, question.to) - question.to) : 0;
}

const SESSIONS = CHECKED.indexOf('sessions');

/** What speaks against the worker although it fits. @param maxIdleMs a wait that is no waste */
export function rankOf(question: Question, fleet: Fleet, index: number, maxIdleMs: number): number {
  const late = readyAt(question, fleet, index) > question.from ? RANK.late : 0;
  return late + (idles(question, fleet, index, maxIdleMs) ? RANK.idles : 0);
}

/**
 * Whether the worker would be paid for only to wait: between what it is kept for otherwise and this
 * session, or, if it is only planned, between this session and what it is planned for.
 */
function idles({ from, to, now }: Question, fleet: Fleet, index: number, maxIdleMs: number): boolean {
  const base = index * STRIDE;
  const lastTo = fleet.numbers[base + AT.lastTo] ?? 0;
  // It is kept up for a later reservation anyway.
  if (lastTo >= from) {
    const planned = fleet.traits.all[fleet.traitsOf[index] ?? 0]?.planned === true;
    return planned && (fleet.numbers[base + AT.firstFrom] ?? 0) - to > maxIdleMs;
  }
  return from - Math.max(lastTo, now) > maxIdleMs;
}

/** Order of workers that fit: the better one first; the id decides when all else is the same. */
export function better(one: Ranked, other: Ranked): boolean {
  if (one.rank !== other.rank) return one.rank < other.rank;
  if (one.score !== other.score) return one.score > other.score;
  if (one.idleAfter !== other.idleAfter) return one.idleAfter < other.idleAfter;
  return one.workerId < other.workerId;
}
