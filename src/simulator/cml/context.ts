import type { World } from '../world.ts';
import type { Agenda } from './agenda.ts';
import type { CmlServerOptions } from './options.ts';
import type { CmlStore } from './store.ts';
import type { Telemetry } from './telemetry.ts';

/** What every part of one simulated CML server works with. */
export interface CmlContext {
  world: World;
  options: CmlServerOptions;
  store: CmlStore;
  telemetry: Telemetry;
  agenda: Agenda;
  /** Open and close console ports so that they match the nodes that are up; a no-op without consoles. */
  consolesChanged(): void;
  /** The lines of the console service's log, newest last. */
  consoleLog: string[];
}

/** The time now, as CML writes it: UTC ISO 8601. */
export const isoNow = (context: CmlContext): string => new Date(context.world.clock.now()).toISOString();
