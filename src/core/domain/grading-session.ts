import { z } from 'zod';
import { type Decider, mustBecome, type TransitionTable } from './decider.ts';
import { gradingSessionId, sessionId } from './ids.ts';
import { Refusal } from './refusal.ts';
import { instant, iso } from './time.ts';

export const gradingStatus = z.enum([
  'PENDING',
  'COLLECTING',
  'GRADING',
  'REVIEWING',
  'SUBMITTED',
  'FAULTED',
]);
export type GradingStatus = z.infer<typeof gradingStatus>;

/** What can happen to one grading of one session (reference 01, section 1.6). The built-in engine needs no review. */
export const GRADING_TRANSITIONS: TransitionTable<GradingStatus> = {
  PENDING: ['COLLECTING', 'GRADING', 'FAULTED'],
  COLLECTING: ['GRADING', 'FAULTED'],
  GRADING: ['REVIEWING', 'SUBMITTED', 'FAULTED'],
  REVIEWING: ['SUBMITTED', 'FAULTED'],
  SUBMITTED: [],
  FAULTED: [],
};

/** One grading of one session's evidence, by the built-in evaluator or an external engine. */
export const gradingSession = z.object({
  id: gradingSessionId,
  sessionId,
  engine: z.enum(['builtin', 'external']),
  /** The engine's own id of it. */
  externalId: z.string().optional(),
  evidenceKey: z.string(),
  rubricKey: z.string().optional(),
  status: gradingStatus,
  message: z.string().optional(),
  createdAt: instant,
  updatedAt: instant,
});
export type GradingSession = z.infer<typeof gradingSession>;

export type GradingSessionCommand = { by: string } & (
  | {
      type: 'open';
      grading: Pick<GradingSession, 'id' | 'sessionId' | 'engine' | 'evidenceKey' | 'rubricKey'>;
    }
  | { type: 'submitTo'; externalId: string }
  | { type: 'become'; status: GradingStatus; message?: string | undefined }
);
export type GradingSessionEvent = { at: string; by: string } & (
  | {
      type: 'grading-session.created';
      grading: Pick<GradingSession, 'id' | 'sessionId' | 'engine' | 'evidenceKey' | 'rubricKey'>;
    }
  | { type: 'grading-session.sent'; externalId: string }
  | {
      type: 'grading-session.state.changed';
      from: GradingStatus;
      to: GradingStatus;
      message?: string | undefined;
    }
);

export const gradingSessionDecider: Decider<GradingSession, GradingSessionCommand, GradingSessionEvent> = {
  decide: (state, command, now) => {
    const happened = { at: iso(now), by: command.by };
    if (command.type === 'open')
      return state ? [] : [{ type: 'grading-session.created', grading: command.grading, ...happened }];
    if (!state) throw new Refusal('notFound', 'there is no such grading session');
    if (command.type === 'submitTo') {
      return state.externalId === command.externalId
        ? []
        : [{ type: 'grading-session.sent', externalId: command.externalId, ...happened }];
    }
    const { status, message } = command;
    if (state.status === status) return [];
    mustBecome(GRADING_TRANSITIONS, 'grading session', state, status);
    return [{ type: 'grading-session.state.changed', from: state.status, to: status, message, ...happened }];
  },
  evolve: (state, event) => {
    if (event.type === 'grading-session.created')
      return { ...event.grading, status: 'PENDING', createdAt: event.at, updatedAt: event.at };
    if (!state) throw new Error(`${event.type} happened to a grading session that was never opened`);
    if (event.type === 'grading-session.sent')
      return { ...state, externalId: event.externalId, updatedAt: event.at };
    return {
      ...state,
      status: event.to,
      ...(event.message ? { message: event.message } : {}),
      updatedAt: event.at,
    };
  },
};
