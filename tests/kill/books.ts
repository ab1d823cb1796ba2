import { join } from 'node:path';
import { openSqliteStore } from '@lcm/adapters/sql/sqlite-store.ts';
import type { Allowance } from '@lcm/core/domain/allowance.ts';
import type { Kind, StateOf } from '@lcm/core/domain/kinds.ts';
import type { LabRecord } from '@lcm/core/domain/lab-record.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import type { Task } from '@lcm/core/domain/task.ts';
import type { UserSession } from '@lcm/core/domain/user-session.ts';
import type { WorkerLedger } from '@lcm/core/domain/worker-ledger.ts';
import type { Worker } from '@lcm/core/domain/worker-state.ts';
import type { LoggedEvent, StateStore } from '@lcm/core/spi/state-store.ts';
import type { LedgerEntry } from '@lcm/simulator/ledger.ts';
import { overCommitments, stolenPorts } from '../races/ledger-judge.ts';
import { contradictions, everyOne, wholeLog } from '../races/log-judge.ts';

/** What the simulated world has on record. */
export interface World {
  ledger: { open: readonly LedgerEntry[]; all: readonly LedgerEntry[] };
  instances: readonly { id: string; tags: Record<string, string> }[];
}

/** All that is on record when everything is over: the simulated world's books, and the system's own. */
export interface Books extends World {
  sessions: readonly Session[];
  workers: readonly Worker[];
  workerLedgers: readonly WorkerLedger[];
  allowances: readonly Allowance[];
  labRecords: readonly LabRecord[];
  userSessions: readonly UserSession[];
  tasks: readonly Task[];
  log: readonly LoggedEvent[];
  /** What in the log and the ledgers contradicts itself, in words. */
  contradictions: readonly string[];
}

/** Reads the store of a system that has stopped. */
export async function readBooks(dataDir: string, world: World): Promise<Books> {
  const store = openSqliteStore(join(dataDir, 'lcm.sqlite'));
  try {
    return {
      ...world,
      sessions: await statesOf(store, 'session'),
      workers: await statesOf(store, 'worker'),
      workerLedgers: await statesOf(store, 'worker-ledger'),
      allowances: await statesOf(store, 'allowance'),
      labRecords: await statesOf(store, 'lab-record'),
      userSessions: await statesOf(store, 'user-session'),
      tasks: await statesOf(store, 'task'),
      log: await wholeLog(store),
      contradictions: [
        ...(await contradictions(store)),
        ...(await overCommitments(store)),
        ...(await stolenPorts(store)),
      ],
    };
  } finally {
    await store.close();
  }
}

async function statesOf<K extends Kind>(store: StateStore, kind: K): Promise<StateOf<K>[]> {
  return (await everyOne<StateOf<K>>(store, kind)).map(({ state }) => state);
}
