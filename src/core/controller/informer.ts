import type { Clock } from '../spi/clock.ts';
import type { Log } from '../spi/log.ts';
import type { Random } from '../spi/random.ts';
import type { Projected, StateBus } from '../spi/state-bus.ts';

export interface InformerOptions {
  bus: StateBus;
  clock: Clock;
  random: Random;
  log: Log;
  /** e.g. `/lcm/sessions/`; what follows it in a key is the id. */
  prefix: string;
  /** Milliseconds between listings that repair what was missed, give or take a tenth; 30,000 where absent. */
  resyncMs?: number | undefined;
}

/** `resync` repeats what is known already, once per entry and listing. */
export interface InformerChange {
  type: 'added' | 'changed' | 'removed' | 'resync';
  id: string;
  key: string;
  /** As it is now; for `removed` as it was last. */
  value: Projected;
  before?: Projected | undefined;
}

/** A local copy of everything under a prefix, kept up to date. */
export interface Informer {
  readonly prefix: string;
  /** By id. Never change it. */
  readonly cache: ReadonlyMap<string, Projected>;
  /** Resolves when the first listing is in. */
  readonly synced: Promise<void>;
  /** The listener hears of every change from now on; what is in the cache it must read itself. */
  subscribe(listener: (change: InformerChange) => void): () => void;
  stop(): Promise<void>;
}

/** Lists, watches from there, resumes after breaks, lists again where it must; never gives up. */
export declare function startInformer(options: InformerOptions): Informer;
