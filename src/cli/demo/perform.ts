import type { SessionView } from '@lcm/core/api/sessions.ts';
import { isFinal } from '@lcm/core/domain/decider.ts';
import { SESSION_TRANSITIONS } from '@lcm/core/domain/session.ts';
import type { Api } from '../api.ts';
import { play } from './candidate.ts';
import type { Role } from './cast.ts';
import type { Told } from './judge.ts';
import type { Solutions } from './solutions.ts';
import { patiently, type Stage } from './stage.ts';

/** Who plays, and how long everything may take. */
export interface Performance {
  cast: readonly Role[];
  solutions: Solutions;
  /** Milliseconds for all sessions to be over, and then for the fleet to drain. */
  patienceMs: number;
  onLook?: ((role: Role, session: SessionView) => void) | undefined;
  onSessionsOver?: (() => void) | undefined;
}

/** How the demo went. */
export interface Outcome {
  told: Told[];
  /** What the simulated world still had when the fleet had been given time to drain. */
  left: string[];
  costUsd: number;
}

/** Plays everybody's session from booking to its end, all at once, and waits until nothing is left of it. */
export async function perform(performance: Performance, stage: Stage): Promise<Outcome> {
  await untilBookable(performance, stage);
  const told = await Promise.all(performance.cast.map((role) => follow(role, performance, stage)));
  performance.onSessionsOver?.();
  const left = await untilNothingIsLeft(performance, stage);
  return { told, left, costUsd: (await stage.ledger()).costUsd };
}

async function untilBookable({ cast, patienceMs }: Performance, stage: Stage): Promise<void> {
  const names = new Set(cast.map(({ definition }) => definition));
  await patiently(stage, 'the definitions to be synced', patienceMs, async () => {
    const { items } = await stage.api.definitions.list({ query: { status: 'ACTIVE', limit: 100 } });
    return [...names].every((name) => items.some(({ spec }) => spec.name === name));
  });
}

/** Books the session, plays its candidate, and waits until it is over. */
async function follow(role: Role, performance: Performance, stage: Stage): Promise<Told> {
  const { api, clock } = stage;
  const { patienceMs, solutions, onLook } = performance;
  const started = clock.monotonic();
  let session = await book(role, api);
  let played: Promise<void> | undefined;
  let stumbled: unknown;
  await patiently(stage, `${role.who}'s session to be over`, patienceMs, async () => {
    session = await api.sessions.get({ params: { id: session.id } });
    onLook?.(role, session);
    if (session.status === 'READY') {
      played ??= play(role, session, solutions.get(role.definition) ?? {}, stage).catch((error: unknown) => {
        stumbled = error;
      });
    }
    if (stumbled) throw stumbled;
    return isFinal(SESSION_TRANSITIONS, session.status);
  });
  await played;
  const seconds = (clock.monotonic() - started) / 1000;
  const [report] = (await api.sessions.scoreReports({ params: { id: session.id } })).items;
  const score = report ? `${report.score}/${report.maxScore} ${session.gradeResult}` : '';
  return { role, session, seconds, score };
}

function book({ definition, slotSeconds, noShowAfterSeconds, who }: Role, api: Api): Promise<SessionView> {
  return api.sessions.book({
    body: {
      definition: { name: definition },
      durationSeconds: slotSeconds,
      candidate: { givenName: who },
      ...(noShowAfterSeconds ? { noShowAfterSeconds } : {}),
    },
  });
}

async function untilNothingIsLeft({ patienceMs }: Performance, stage: Stage): Promise<string[]> {
  let left: string[] = [];
  const drained = patiently(stage, 'the fleet to drain', patienceMs, async () => {
    left = (await stage.ledger()).open.map(({ kind, id }) => `${kind} ${id}`);
    return left.length === 0;
  });
  await drained.catch(() => {}); // what is left is told
  return left;
}
