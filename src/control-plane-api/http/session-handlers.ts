import type { sessions } from '@lcm/core/api/sessions.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import { iso, ms } from '@lcm/core/domain/time.ts';
import type { ListQuery } from '@lcm/core/spi/state-store.ts';
import { readsCandidate } from '../auth/access-rules.ts';
import { bookSession } from '../commands/book-session.ts';
import { changeTimeslot } from '../commands/change-timeslot.ts';
import { gradeAgain } from '../commands/grade-again.ts';
import { act, finishNow } from '../commands/session-actions.ts';
import { loadExisting } from '../queries/load.ts';
import { dryRun, explainSession } from '../queries/placement-preview.ts';
import { searchFor } from '../queries/session-search.ts';
import { oneSessionView, sessionViews, withoutElsewhere } from '../queries/views.ts';
import { loadVisible, viewerOf } from '../queries/visible.ts';
import { withoutCandidate, withoutWaysIn } from '../queries/withheld.ts';
import type { Services } from '../services.ts';
import { type Call, type Handlers, termsOf } from './handler.ts';
import { listOf, NEWEST, turned } from './lists.ts';

/** Operations on sessions; see core/api/sessions.ts. */
export function sessionHandlers(services: Services): Handlers<typeof sessions> {
  return {
    book: ({ body, caller, idempotencyKey, correlationId }) =>
      bookSession(services, body, caller, { idempotencyKey, correlationId }),
    dryRun: ({ body, caller }) => dryRun(services, body, caller),
    list: async ({ query, caller }) => {
      const fields = {
        status: 'status',
        definitionId: 'definition.definitionId',
        workerId: 'placement.workerId',
        ownerKey: 'ownerKey',
        reservationId: 'reservationId',
        department: 'department',
      };
      const readsOwner = (session: Session) => readsCandidate(caller, session);
      const hasWords = searchFor(query.q ?? '', readsOwner);
      // Whoever may not read whose a session is must not find it out by asking for each of them.
      const wanted = (session: Session) =>
        hasWords(session) && (query.ownerKey === undefined || readsOwner(session));
      const more = { where: startsWithin(query), wanted };
      const page = await listOf(services, caller, 'session', query, fields, NEWEST, more);
      return turned(page, await sessionViews(services, page.items, caller));
    },
    get: async ({ params, caller }) =>
      oneSessionView(services, await loadVisible(services, 'session', params.id, caller), caller),
    explain: async ({ params, caller }) => {
      await loadVisible(services, 'session', params.id, caller);
      return explainSession(services, params.id, caller);
    },
    history: async ({ params, query, caller }) => {
      const { state } = await loadVisible(services, 'session', params.id, caller);
      const whole = readsCandidate(caller, state);
      const after = Number(query.cursor ?? 0);
      if (!Number.isSafeInteger(after) || after < 0) {
        throw new Refusal('invalid', `${query.cursor} is not a cursor of this list`, {
          fields: [{ pointer: '/query/cursor', message: 'is not of this list' }],
        });
      }
      const { sight } = await viewerOf(services, caller);
      const events = await services.store.history('session', params.id, after, query.limit);
      const shown = (data: Partial<Session>): Record<string, unknown> => {
        const mine = whole ? data : withoutCandidate(data);
        return sight ? withoutElsewhere(mine, state.lastWorkerId) : mine;
      };
      const items = events.map(({ seq, at, type, by, correlationId, data }) => ({
        seq,
        at,
        type,
        by,
        ...(correlationId ? { correlationId } : {}),
        data: shown(data as Partial<Session>),
      }));
      const last = items.length === query.limit ? items.at(-1) : undefined;
      return { items, ...(last ? { nextCursor: String(last.seq) } : {}) };
    },
    userSession: async ({ params, caller }) => {
      const { state } = await loadVisible(services, 'session', params.id, caller);
      if (!state.userSession) throw new Refusal('notFound', `session ${params.id} has no LDS session`);
      const shown = (await loadExisting(services.store, 'user-session', state.userSession.id)).state;
      return readsCandidate(caller, state) ? shown : withoutWaysIn(shown);
    },
    scoreReports: async ({ params, query, caller }) => {
      await loadVisible(services, 'session', params.id, caller);
      const sort = { field: 'submittedAt', direction: 'desc' as const };
      const asked = { ...query, sessionId: params.id };
      const fields = { sessionId: 'sessionId' };
      const page = await listOf(services, caller, 'score-report', asked, fields, sort);
      return turned(
        page,
        page.items.map(({ state }) => state),
      );
    },
    extend: async (call) => {
      const { end, seconds } = call.body;
      if ((end === undefined) === (seconds === undefined)) {
        throw new Refusal('rule', 'an extension needs either end or seconds', {
          fields: [{ pointer: '/end', message: 'is needed, unless seconds is given' }],
        });
      }
      return changeTimeslot(services, action(call), (slot) => ({
        end: end ?? iso(ms(slot.end) + (seconds ?? 0) * 1000),
      }));
    },
    reschedule: (call) => {
      const { start, end } = call.body;
      return changeTimeslot(services, action(call), () => ({ start, end }));
    },
    cancel: (call) =>
      act(services, action(call), {
        type: 'end',
        outcome: 'cancelled',
        reason: call.body.reason ?? 'cancelled',
      }),
    hold: (call) => act(services, action(call), { type: 'hold' }),
    unhold: (call) => act(services, action(call), { type: 'unhold' }),
    pause: (call) => act(services, action(call), { type: 'pause', afterStop: 'stay' }),
    resume: (call) => act(services, action(call), { type: 'resume' }),
    restart: (call) => act(services, action(call), { type: 'pause', afterStop: call.body.mode }),
    collect: (call) => act(services, action(call), finishNow),
    grade: (call) => gradeAgain(services, action(call)),
    retryStep: ({ params: { id, pipeline, step }, ...call }) =>
      act(
        services,
        { id, caller: call.caller, terms: termsOf(call) },
        {
          type: 'retryStep',
          pipeline,
          step,
        },
      ),
  };
}

/** Slots by their start. Times are compared as texts, so they are written as those in the store are. */
function startsWithin(asked: {
  startsFrom?: string | undefined;
  startsBefore?: string | undefined;
}): NonNullable<ListQuery['where']> {
  const from = asked.startsFrom && iso(ms(asked.startsFrom));
  const to = asked.startsBefore && iso(ms(asked.startsBefore));
  if (!from && !to) return {};
  return { 'timeslot.start': { ...(from ? { from } : {}), ...(to ? { to } : {}) } };
}

type Acting = Pick<Call, 'caller' | 'expectedVersion' | 'fence' | 'correlationId'> & {
  params: { id: string };
  body: { reason?: string | undefined };
};

const action = (call: Acting) => ({
  id: call.params.id,
  caller: call.caller,
  terms: termsOf(call),
  reason: call.body.reason,
});
