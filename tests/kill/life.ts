import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import type { SessionView } from '@lcm/core/api/sessions.ts';
import type { ScoreReport } from '@lcm/core/api/vocabulary.ts';
import { isFinal } from '@lcm/core/domain/decider.ts';
import { SESSION_TRANSITIONS } from '@lcm/core/domain/session.ts';
import type { Fate } from './fates.ts';
import { answered, openStage, type Promised, type Theatre } from './stage.ts';

/** A session from its booking to its end. */
export interface Life {
  fate: Fate;
  key: string;
  /** Undefined as long as its booking has not been answered. */
  id?: string;
  /** How it ended; undefined as long as it has not. */
  session?: SessionView;
  scores: ScoreReport[];
  promised: Promised;
  /** What kept it from being played. */
  trouble?: string;
}

/** Seconds of a slot. */
export interface SlotSeconds {
  long: number;
  short: number;
}

const LOOK_MS = 200;

/** Books it, plays it, and waits for its end; whatever goes wrong stands in the life. Ends when the theatre closes. */
export async function live(life: Life, theatre: Theatre, slotSeconds: SlotSeconds): Promise<void> {
  try {
    const { api, onlooker, closing } = theatre;
    const start = life.fate.startsInSeconds;
    const body = {
      definition: { name: life.fate.definition },
      owner: { externalId: `owner-${Number.parseInt(life.key.slice(0, 2), 16) % 5}` },
      durationSeconds: slotSeconds[life.fate.slot],
      candidate: { givenName: life.fate.name },
      ...(life.fate.noShowAfterSeconds ? { noShowAfterSeconds: life.fate.noShowAfterSeconds } : {}),
      ...(start ? { start: new Date(systemClock.now() + start * 1_000).toISOString() } : {}),
    };
    const booking = { body, headers: { 'idempotency-key': life.key } };
    const book = async () => {
      const session = await answered(closing, () => api.sessions.book(booking));
      if (!session) throw new Error('its booking was refused');
      return session;
    };
    const booked = await book();
    life.id = booked.id;
    onlooker.watch(booked);
    const stage = openStage(theatre, booked, book);
    life.promised = stage.promised;
    await life.fate.play(stage);
    const isOver = () => isFinal(SESSION_TRANSITIONS, onlooker.session(booked.id).status);
    while (!isOver()) await systemClock.sleep(LOOK_MS, closing);
    life.session = onlooker.session(booked.id);
    const reports = await answered(closing, () => api.sessions.scoreReports({ params: { id: booked.id } }));
    life.scores = reports?.items ?? [];
  } catch (error) {
    if (!theatre.closing.aborted) life.trouble = error instanceof Error ? error.message : String(error);
  }
}
