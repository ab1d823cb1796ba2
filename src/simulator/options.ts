import type { Capacity } from './ec2/capacity.ts';
import { type FaultPlan, noFaults } from './faults.ts';
import type { SinkTokens } from './sink-tokens.ts';
import { type Delays, quickDelays } from './world.ts';

/** What the simulated cloud is like, wherever it runs. */
export interface CloudOptions {
  /** How long things take until somebody sets it otherwise through admin. */
  delays: Delays;
  /** What goes wrong until somebody sets it otherwise through admin. */
  faults: FaultPlan;
  /** What EC2 has to give until somebody sets it otherwise through admin. */
  capacity: Capacity;
  /** How long Describe does not see a fresh instance, in milliseconds. */
  visibilityLagMs: number;
  /** The port of every CML server, each at the address of its instance. */
  cmlPort: number;
  /** The first administrator of every CML server. */
  cmlUsername: string;
  cmlPassword: string;
  /** HTTP Basic credentials of the LDS. */
  ldsUsername: string;
  ldsPassword: string;
  gradingApiKey: string;
  /** URLs that get the CloudEvents of the LDS and the grading engine; read anew each time. */
  eventSinks: string[];
  /** With what those of them are asked that want to know who sends. */
  sinkTokens?: SinkTokens;
}

/** How the simulator's process is set up. */
export interface SimulatorOptions extends Partial<Omit<CloudOptions, 'delays' | 'sinkTokens'>> {
  /** Where its state is kept, in `simulator.sqlite`. */
  dataDir: string;
  /** The main address, 127.0.0.1 by default. Admin has no login: choose another with care. */
  host?: string;
  /** The main port: 8090 by default, 0 for any that is free. */
  port?: number;
  /** The same seed and the same calls give the same ids, delays and faults. */
  seed?: number;
  /** Those that are not named are quick. */
  delays?: Partial<Delays>;
  /** Where candidates reach the simulator, if not at its own address. */
  publicUrl?: string;
  /** Bearer token for the event sinks given here. */
  eventToken?: string | undefined;
  /** Told of what goes wrong behind the scenes, such as an address that can't be listened on. */
  onProblem?: (problem: string) => void;
}

/** What holds where nothing else is said. */
export const defaultCloudOptions: CloudOptions = {
  delays: quickDelays,
  faults: noFaults,
  capacity: { short: [] },
  visibilityLagMs: 0,
  cmlPort: 8443,
  cmlUsername: 'admin',
  cmlPassword: 'admin',
  ldsUsername: 'lcm',
  ldsPassword: 'lcm',
  gradingApiKey: 'lcm',
  eventSinks: [],
};
