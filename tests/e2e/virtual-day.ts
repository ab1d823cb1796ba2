import { seedSolution } from '@lcm/cli/seeds/seed-definitions.ts';
import type { SessionView } from '@lcm/core/api/sessions.ts';
import type { Outcome, SessionStatus } from '@lcm/core/domain/session-state.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';
import type { LedgerEntry } from '@lcm/simulator/ledger.ts';
import { startVirtualSystem, type VirtualSystem, type VirtualSystemOptions } from './virtual-system.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What one candidate does. */
interface Candidate {
  definition: string;
  bookedAfterMs: number;
  startsAfterMs: number;
  durationSeconds: number;
  deed: 'solves' | 'onlyWatches' | 'isAbsent' | 'isCancelledBefore' | 'isCutOff';
  /** After the start of the slot, or of the work. */
  logsInAfterMs: number;
  worksForMs: number;
}

/** How a candidate's session ended. */
export interface Ended {
  candidate: Candidate;
  session: SessionView;
  expected: { status: SessionStatus; outcome: Outcome; result?: 'PASS' | 'FAIL' };
}

/** A day as it went. */
export interface Day {
  ended: Ended[];
  /** Time, aggregate and type of every event, in order. */
  events: string[];
  /** What the simulated world still had when the fleet had been given time to drain. */
  left: string[];
  instances: number;
  problems: readonly string[];
  hours: number;
  /** The simulated world's own books, and what the system has kept. */
  ledger: LedgerEntry[];
  store: StateStore;
}

/** What may be different about a day. */
export interface DayOptions extends Omit<VirtualSystemOptions, 'seed'> {
  /** The system as its people have it, e.g. with an API that is asked again where it was busy. */
  people?: (system: VirtualSystem) => VirtualSystem;
}

/** Simulates a day with so many sessions within four hours, booked hours ahead, until the fleet has drained. */
export async function simulateDay(seed: number, count: number, options: DayOptions = {}): Promise<Day> {
  const settings = {
    idleDetection: { enabled: true, timeoutSeconds: 1_800 },
    stoppedRetentionSeconds: 3_600,
  };
  const { people = (system) => system, ...more } = options;
  const system = await startVirtualSystem({ seed, settings, ...more });
  try {
    const began = system.clock.now();
    const candidates = Array.from({ length: count }, () => aCandidate(system.random));
    const lives = Promise.all(candidates.map((candidate) => live(candidate, people(system))));
    const ended = await system.complete('the day', lives, 48 * HOUR);
    const left = await system.complete('the evening', untilNothingIsLeft(system), 48 * HOUR);
    return {
      ended,
      events: (await system.events()).map(({ at, kind, id, type }) => `${at} ${kind} ${id} ${type}`),
      left,
      instances: system.ledger().filter(({ kind }) => kind === 'instance').length,
      problems: system.problems,
      hours: (system.clock.now() - began) / HOUR,
      ledger: system.ledger(),
      store: system.store,
    };
  } finally {
    await system.stop();
  }
}

function aCandidate(random: Random): Candidate {
  const between = (from: number, to: number) => from + Math.floor(random.next() * (to - from));
  const one = <T>(...of: readonly [T, ...T[]]): T => of[between(0, of.length)] ?? of[0];
  return {
    definition: one('static-routing-basics', 'vlan-trunk-troubleshooting', 'campus-sandbox'),
    bookedAfterMs: between(0, HOUR),
    startsAfterMs: 2 * HOUR + between(0, 48) * 5 * MINUTE,
    durationSeconds: one(1_800, 2_700),
    deed: one('solves', 'solves', 'solves', 'onlyWatches', 'isAbsent', 'isCancelledBefore', 'isCutOff'),
    logsInAfterMs: between(0, 10 * MINUTE),
    worksForMs: between(5 * MINUTE, 15 * MINUTE),
  };
}

/** A candidate's session from booking to its end. */
async function live(candidate: Candidate, system: VirtualSystem): Promise<Ended> {
  const { clock, api } = system;
  const { definition: name, durationSeconds, deed } = candidate;
  const start = clock.now() + candidate.startsAfterMs;
  await clock.sleep(candidate.bookedAfterMs);
  const { id } = await api.sessions.book({
    body: {
      definition: { name },
      start: new Date(start).toISOString(),
      durationSeconds,
      candidate: { givenName: deed },
    },
  });
  const cancel = () => api.sessions.cancel({ params: { id }, body: { reason: deed } });
  if (deed === 'isCancelledBefore') {
    await clock.sleep(start - clock.now() - candidate.worksForMs);
    await cancel();
  } else if (deed !== 'isAbsent') {
    await clock.sleep(start - clock.now() + candidate.logsInAfterMs);
    await work(candidate, id, system);
    if (deed === 'isCutOff') await cancel();
  }
  const session = await until(id, system, ({ status }) => FINAL.has(status));
  return { candidate, session, expected: expectedOf(candidate) };
}

/** Logs in, does what is to be done, and finishes if that is meant. */
async function work({ definition, deed, worksForMs }: Candidate, id: string, system: VirtualSystem) {
  await until(id, system, ({ status }) => status === 'READY');
  const { ldsSessionId } = await system.api.sessions.userSession({ params: { id } });
  const at = `/lds/sim/sessions/${ldsSessionId}`;
  await system.outside('POST', `${at}/login`, {});
  await system.clock.sleep(worksForMs);
  if (deed !== 'solves') return;
  for (const [label, configuration] of Object.entries((await solutions)[definition] ?? {})) {
    const path = `${at}/devices/${encodeURIComponent(label)}/configuration`;
    await system.outside('PUT', path, { configuration, mode: 'merge' });
  }
  await system.outside('POST', `${at}/finish`, {});
}

/** Read once, ahead: time must not wait for a disk. */
const solutions = readSolutions();
async function readSolutions(): Promise<Record<string, Record<string, string>>> {
  const names = ['static-routing-basics', 'vlan-trunk-troubleshooting'];
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, (await seedSolution(name)) ?? {}])),
  );
}

function expectedOf({ definition, deed }: Candidate): Ended['expected'] {
  if (deed === 'isCancelledBefore' || deed === 'isCutOff')
    return { status: 'TERMINATED', outcome: 'cancelled' };
  if (deed === 'isAbsent') return { status: 'EXPIRED', outcome: 'noShow' };
  const done = { status: 'ARCHIVED', outcome: 'completed' } as const;
  if (definition === 'campus-sandbox') return done;
  return { ...done, result: deed === 'solves' ? 'PASS' : 'FAIL' };
}

const FINAL: ReadonlySet<SessionStatus> = new Set(['ARCHIVED', 'EXPIRED', 'TERMINATED']);
/** People look at the page now and then. */
const LOOK_MS = 2 * MINUTE;

async function until(
  id: string,
  { api, clock }: VirtualSystem,
  done: (session: SessionView) => boolean,
): Promise<SessionView> {
  for (;;) {
    const session = await api.sessions.get({ params: { id } });
    if (done(session)) return session;
    if (FINAL.has(session.status))
      throw new Error(`${id} is ${session.status} already: ${session.ending?.reason}`);
    await clock.sleep(LOOK_MS);
  }
}

/** Gives the fleet a few hours; then what is left is left. */
async function untilNothingIsLeft({ clock, ledger }: VirtualSystem): Promise<string[]> {
  const left = () =>
    ledger()
      .filter(({ closedAt }) => closedAt === undefined)
      .map(({ kind, id }) => `${kind} ${id}`);
  const deadline = clock.now() + 6 * HOUR;
  while (left().length > 0 && clock.now() < deadline) await clock.sleep(MINUTE);
  return left();
}
