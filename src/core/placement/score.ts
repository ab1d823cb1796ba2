import { type Question, readyAt, traitOf } from './filters.ts';
import type { Fleet } from './fleet.ts';
import { SHARE } from './profiles.ts';

/** What a lab of the same definition that can be claimed adds to a worker's score: an import less. */
export const REUSE_BONUS = 0.05;

/** Why a worker that fits is taken only when there is no better one; a sum of these, less is better. */
export const RANK = {
  /** It comes up after the lab should be begun. */
  late: 1,
  /** An instantiation of this session has failed on it. */
  avoided: 2,
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

/** How full the worker would be with the session, at the fullest moment of the window, and what else counts. */
export function scoreOf(question: Question, fleet: Fleet, index: number, reuses: boolean): number {
  const left = fleet.profiles.least(index, SHARE, question.from, question.to);
  const score = fullness(question, fleet, index, left) + (reuses ? REUSE_BONUS : 0);
  return Math.round(score * PRECISION) / PRECISION;
}

/** Scores that differ by less are the same. */
const PRECISION = 1e6;

/** How full the worker would be with the session. @param left the share that is free without it */
export function fullness(question: Question, fleet: Fleet, index: number, left: number): number {
  return 1 - left + traitOf(question, fleet, index).fuller;
}

/** Milliseconds from the session's end to the moment at which the worker would be empty otherwise. */
export function idleAfter(question: Question, fleet: Fleet, index: number): number {
  return Math.abs(fleet.profiles.emptyAt(index, question.from, question.to) - question.to);
}

/** What speaks against the worker although it fits, but for what this session has lived through on it. */
export function rankOf(question: Question, fleet: Fleet, index: number): number {
  return readyAt(question, fleet, index) > question.from ? RANK.late : 0;
}

/** Order of workers that fit: the better one first; the id decides when all else is the same. */
export function better(one: Ranked, other: Ranked): boolean {
  if (one.rank !== other.rank) return one.rank < other.rank;
  if (one.score !== other.score) return one.score > other.score;
  if (one.idleAfter !== other.idleAfter) return one.idleAfter < other.idleAfter;
  return one.workerId < other.workerId;
}
