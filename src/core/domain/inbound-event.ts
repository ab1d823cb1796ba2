import { z } from 'zod';
import type { Decider } from './decider.ts';
import { instant, iso } from './time.ts';

/**
 * A CloudEvent that came in, kept once per source and id: applied when the session is ready for it (an
 * early one waits), ignored where nothing is known to do with it.
 */
export const inboundEvent = z.object({
  id: z.string(),
  source: z.string(),
  eventId: z.string(),
  eventType: z.string(),
  data: z.unknown().optional(),
  /** Our session, where it could be found. */
  sessionId: z.string().optional(),
  status: z.enum(['WAITING', 'APPLIED', 'IGNORED']),
  message: z.string().optional(),
  receivedAt: instant,
  updatedAt: instant,
});
export type InboundEvent = z.infer<typeof inboundEvent>;

export type InboundEventCommand =
  | {
      type: 'receive';
      by: string;
      event: Pick<InboundEvent, 'id' | 'source' | 'eventId' | 'eventType' | 'data' | 'sessionId'>;
    }
  | { type: 'settle'; by: string; status: 'APPLIED' | 'IGNORED'; message?: string | undefined };
export type InboundEventEvent =
  | {
      type: 'inbound-event.received';
      at: string;
      by: string;
      event: Pick<InboundEvent, 'id' | 'source' | 'eventId' | 'eventType' | 'data' | 'sessionId'>;
    }
  | {
      type: 'inbound-event.settled';
      at: string;
      by: string;
      status: 'APPLIED' | 'IGNORED';
      message?: string | undefined;
    };

export const inboundEventDecider: Decider<InboundEvent, InboundEventCommand, InboundEventEvent> = {
  decide: (state, command, now) => {
    const happened = { at: iso(now), by: command.by };
    if (command.type === 'receive')
      return state ? [] : [{ type: 'inbound-event.received', event: command.event, ...happened }];
    return state?.status === 'WAITING'
      ? [{ type: 'inbound-event.settled', status: command.status, message: command.message, ...happened }]
      : [];
  },
  evolve: (state, event) => {
    if (event.type === 'inbound-event.received')
      return { ...event.event, status: 'WAITING', receivedAt: event.at, updatedAt: event.at };
    if (!state) throw new Error('an inbound event was settled that never came in');
    return {
      ...state,
      status: event.status,
      ...(event.message ? { message: event.message } : {}),
      updatedAt: event.at,
    };
  },
};
