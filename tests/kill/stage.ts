import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import type { Api } from '@lcm/cli/api.ts';
import type { SessionView } from '@lcm/core/api/sessions.ts';
import { isFinal } from '@lcm/core/domain/decider.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { SESSION_TRANSITIONS } from '@lcm/core/domain/session.ts';
import type { Outcome, SessionStatus } from '@lcm/core/domain/session-state.ts';
import type { Outside } from '../e2e/embedded.fixture.ts';
import type { Onlooker } from './onlooker.ts';
import { solutionOf } from './scenery.ts';

/** Where sessions are played. */
export interface Theatre {
  api: Api;
  outside: Outside;
  onlooker: Onlooker;
  /** Ends all that is played. */
  closing: AbortSignal;
}

/** What the system has answered, and must keep to whatever happens to it. */
export interface Promised {
  outcome?: Outcome;
  slotEnd?: string;
}

/**
 * What candidate and proctor can do to one session. Candidates reach LDS whether or not the system runs; a proctor
 * asks again until there is an answer. Each resolves when it is done, or can't be done any more.
 */
export interface Stage {
  promised: Promised;
  /** Waits until it has come to that status so many times, or is over. */
  reached(status: SessionStatus, times?: number): Promise<void>;
  /** Comes in when the lab is ready or, with nobody there to say so, when the slot has begun. */
  login(): Promise<void>;
  /** Types the solution into every device. */
  solve(): Promise<void>;
  finish(): Promise<void>;
  cancel(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  reset(): Promise<void>;
  collect(): Promise<void>;
  extend(seconds: number): Promise<void>;
  moveBy(seconds: number): Promise<void>;
  /** Sends the booking again, thrice at once. @throws where that makes another session */
  bookAgain(): Promise<void>;
}

const AGAIN_MS = 150;

/** @param book sends the booking of the session, with its key */
export function openStage(
  { api, outside, onlooker, closing }: Theatre,
  { id, definition }: Pick<SessionView, 'id' | 'definition'>,
  book: () => Promise<SessionView>,
): Stage {
  const promised: Promised = {};
  const params = { id };
  const look = () => onlooker.session(id);
  const isOver = () => isFinal(SESSION_TRANSITIONS, look().status);
  const hasBeen = (status: SessionStatus) => look().history.filter(({ to }) => to === status).length;
  const atLds = async () => {
    const [lds] = await outside.ldsSessions(id);
    if (!lds) throw new Error(`LDS does not know ${id}`);
    return lds.id;
  };
  /** A device that is not up, or a click that came too early: people try again. */
  const insist = async (act: () => Promise<unknown>) => {
    while (!isOver()) {
      const done = await act().then(
        () => true,
        () => false, // a candidate who never gets through is found by how the session ends
      );
      if (done) return;
      await systemClock.sleep(AGAIN_MS, closing);
    }
  };
  const shift = (time: string, seconds: number) => new Date(Date.parse(time) + seconds * 1_000).toISOString();

  return {
    promised,
    reached: async (status, times = 1) => {
      while (hasBeen(status) < times && !isOver()) await systemClock.sleep(AGAIN_MS, closing);
    },
    login: async () => {
      const isInvited = () => hasBeen('READY') > 0 || systemClock.now() >= Date.parse(look().timeslot.start);
      while (!isInvited() && !isOver()) await systemClock.sleep(AGAIN_MS, closing);
      await insist(async () => outside.login(await atLds()));
    },
    solve: async () => {
      for (const [label, text] of await solutionOf(definition.name))
        await insist(async () => outside.writeDevice(await atLds(), label, text, 'merge'));
    },
    finish: () => insist(async () => outside.finish(await atLds())),
    cancel: async () => {
      const body = { reason: 'the proctor saw a phone' };
      const after = await answered(closing, () => api.sessions.cancel({ params, body }));
      if (after?.ending) promised.outcome = after.ending.outcome;
    },
    pause: async () => void (await answered(closing, () => api.sessions.pause({ params }))),
    resume: async () => void (await answered(closing, () => api.sessions.resume({ params }))),
    reset: async () =>
      void (await answered(closing, () => api.sessions.restart({ params, body: { mode: 'reset' } }))),
    collect: async () => void (await answered(closing, () => api.sessions.collect({ params }))),
    extend: async (seconds) => {
      const end = shift(look().timeslot.end, seconds);
      const after = await answered(closing, () => api.sessions.extend({ params, body: { end } }));
      if (after) promised.slotEnd = after.timeslot.end;
    },
    moveBy: async (seconds) => {
      const { start, end } = look().timeslot;
      const body = { start: shift(start, seconds), end: shift(end, seconds) };
      const after = await answered(closing, () => api.sessions.reschedule({ params, body }));
      if (after) promised.slotEnd = after.timeslot.end;
    },
    bookAgain: async () => {
      const again = await Promise.all([book(), book(), book()]);
      const others = again.filter((session) => session.id !== id);
      if (others.length > 0) throw new Error(`the booking of ${id} has made ${others[0]?.id} too`);
    },
  };
}

/** Asks until there is an answer. Undefined where that is no: it was done before, or comes too late. */
export async function answered<T>(closing: AbortSignal, ask: () => Promise<T>): Promise<T | undefined> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      // Anything else is an answer that was cut off, or none at all.
      if (error instanceof Refusal && NO.has(error.code)) return undefined;
      if (error instanceof Refusal && !LATER.has(error.code)) throw error;
      await systemClock.sleep(AGAIN_MS, closing);
    }
  }
}

const NO: ReadonlySet<Refusal['code']> = new Set(['illegalTransition', 'doesNotFit', 'conflict']);
const LATER: ReadonlySet<Refusal['code']> = new Set(['unavailable', 'busy', 'staleVersion']);
