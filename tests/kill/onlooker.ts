import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import type { Api } from '@lcm/cli/api.ts';
import type { SessionView } from '@lcm/core/api/sessions.ts';
import { isFinal, liveStatuses } from '@lcm/core/domain/decider.ts';
import { SESSION_TRANSITIONS } from '@lcm/core/domain/session.ts';
import type { SessionStatus } from '@lcm/core/domain/session-state.ts';

/** Sees all sessions as they were last answered, so that a crowd does not ask one by one. */
export interface Onlooker {
  /** Begins to look at the session. */
  watch(session: SessionView): void;
  session(id: string): SessionView;
  /** How many that were booked are not over yet, by status. */
  underWay(): Map<SessionStatus, number>;
  stop(): Promise<void>;
}

const LOOK_MS = 300;
const isOver = ({ status }: SessionView) => isFinal(SESSION_TRANSITIONS, status);
const UNDER_WAY = liveStatuses(SESSION_TRANSITIONS);

/** Looks until it is stopped; while the system is away it sees what it saw last. */
export function openOnlooker(api: Api): Onlooker {
  const seen = new Map<string, SessionView>();
  const stopping = new AbortController();

  const look = async () => {
    const { items } = await api.sessions.list({ query: { status: UNDER_WAY, limit: 500 } });
    const listed = new Map<string, SessionView>(items.map((session) => [session.id, session]));
    for (const [id, before] of seen) {
      if (isOver(before)) continue;
      seen.set(id, listed.get(id) ?? (await api.sessions.get({ params: { id: before.id } })));
    }
  };

  const looking = (async () => {
    while (!stopping.signal.aborted) {
      await look().catch(() => undefined); // killed a moment ago, or not up yet
      await systemClock.sleep(LOOK_MS);
    }
  })();

  return {
    watch: (session) => {
      if (!seen.has(session.id)) seen.set(session.id, session);
    },
    session: (id) => {
      const session = seen.get(id);
      if (!session) throw new Error(`nobody looks at ${id}`);
      return session;
    },
    underWay: () => {
      const live = [...seen.values()].filter((session) => !isOver(session));
      const byStatus = Map.groupBy(live, ({ status }) => status);
      return new Map([...byStatus].map(([status, sessions]) => [status, sessions.length]));
    },
    stop: async () => {
      stopping.abort();
      await looking;
    },
  };
}
