import {
  type ControllerOptions,
  type ControllerStats,
  startController,
} from '@lcm/core/controller/controller.ts';
import { startInformer } from '@lcm/core/controller/informer.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import type { StateBus } from '@lcm/core/spi/state-bus.ts';
import type { SchedulerClient } from './client.ts';
import { Definitions } from './fleet/definitions.ts';
import { FleetPicture } from './fleet/picture.ts';
import { type RoundStats, Rounds } from './rounds/rounds.ts';
import { reconcileSession } from './sessions/reconcile-session.ts';
import { WaitingRoom } from './sessions/waiting-room.ts';
import { Sweep } from './sweep/sweep.ts';

export interface SchedulerOptions {
  client: SchedulerClient;
  bus: StateBus;
  clock: Clock;
  random: Random;
  log: Log;
  /** 8 where absent: sessions of one partition are placed in one batch, so that fewer place faster. */
  partitions?: ControllerOptions['partitions'];
  leaseMs?: number | undefined;
  marginMs?: number | undefined;
  resyncMs?: number | undefined;
  /** Milliseconds between two sweeps; 60,000 where absent. */
  sweepMs?: number | undefined;
  observe?: ControllerOptions['observe'];
}

export interface SchedulerStats {
  controller: ControllerStats;
  rounds: RoundStats;
  /** Sessions that wait for room, of those that this member looks after. */
  waiting: number;
  /** Workers in the picture. */
  workers: number;
}

export interface RunningScheduler {
  stats(): SchedulerStats;
  /** Lets the round under way finish, then gives the partitions back. @param deadlineMs 10,000 where absent */
  stop(deadlineMs?: number): Promise<void>;
}

/** As many sessions as this may be in rounds, or wait for the next, at once. */
const CONCURRENCY = 2_000;
const PARTITIONS = 8;
const SWEEP = 'sweep';

/** Starts the scheduler: decides which worker takes which session and when, and when the fleet grows. */
export function startScheduler(options: SchedulerOptions): RunningScheduler {
  const { client, bus, clock, random, resyncMs, sweepMs = 60_000 } = options;
  const log = options.log;
  const sessions = startInformer({ bus, clock, random, log, prefix: '/lcm/sessions/', resyncMs });
  const picture = new FleetPicture({ client, bus, clock, random, log, resyncMs });
  const rounds = new Rounds({ client, picture, definitions: new Definitions(client), clock, random, log });
  const sweep = new Sweep({ client, picture, clock, log, everyMs: sweepMs });
  const waiting = new WaitingRoom(clock, (id) => controller.trigger(id));
  const deps = { client, clock, sessions, rounds, waiting };
  let paused = false;
  const controller = startController({
    name: 'resource-scheduler',
    bus,
    clock,
    random,
    log,
    concurrency: CONCURRENCY,
    partitions: options.partitions ?? PARTITIONS,
    leaseMs: options.leaseMs,
    marginMs: options.marginMs,
    resyncMs,
    observe: options.observe,
    paused: () => paused,
    standing: [SWEEP],
    watch: [
      { from: sessions },
      // The picture's own changes make no session due by themselves; see the waiting room.
      ...picture.informers.map((informer) => ({ from: informer, idsOf: () => [] })),
    ],
    reconcile: async (id, context) => {
      if (id !== SWEEP) return reconcileSession(id, context, deps);
      await picture.refresh();
      await sweep.run(context);
      return { againInMs: sweepMs };
    },
  });
  const stopListening = waiting.listenTo(picture.informers);
  const stopPausing = followPause(picture, clock, (value) => {
    paused = value;
  });
  return {
    stats: () => ({
      controller: controller.stats(),
      rounds: { ...rounds.stats },
      waiting: waiting.size,
      workers: picture.fleet.size,
    }),
    stop: async (deadlineMs) => {
      stopPausing();
      stopListening();
      await controller.stop(deadlineMs);
      await Promise.all([picture.stop(), sessions.stop()]);
    },
  };
}

/** Milliseconds between two looks at whether operators have paused everything. */
const PAUSE_LOOK_MS = 1_000;

function followPause(picture: FleetPicture, clock: Clock, set: (paused: boolean) => void): () => void {
  let ended = false;
  let cancel = () => {};
  const look = async (): Promise<void> => {
    try {
      set((await picture.settings()).reconcilePaused);
    } catch {
      // Settings that cannot be read change nothing; the round that needs them says so.
    }
    if (!ended) cancel = clock.after(PAUSE_LOOK_MS, () => void look());
  };
  void look();
  return () => {
    ended = true;
    cancel();
  };
}
