import type { Client } from '@lcm/core/api/client.ts';
import type { contract } from '@lcm/core/api/contract.ts';
import type { ControllerOptions } from '@lcm/core/controller/controller.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { CmlServers } from '@lcm/core/spi/cml.ts';
import type { Consoles } from '@lcm/core/spi/console.ts';
import type { ContentStore } from '@lcm/core/spi/content-store.ts';
import type { ExpressionEvaluator } from '@lcm/core/spi/expressions.ts';
import type { GradingEngine } from '@lcm/core/spi/grading-engine.ts';
import type { LabDeliverySystem } from '@lcm/core/spi/lab-delivery-system.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import type { StateBus } from '@lcm/core/spi/state-bus.ts';

/** The part of the control plane that controllers call. */
export type InternalClient = Client<(typeof contract)['internal']>;

/** What the lablet controller is made of. */
export interface LabletDependencies {
  client: { internal: InternalClient };
  bus: StateBus;
  cml: CmlServers;
  consoles: Consoles;
  /** Absent where no Lab Delivery System is used: then no session gets a login. */
  lds?: LabDeliverySystem | undefined;
  engines: { builtin: GradingEngine; external?: GradingEngine | undefined };
  content: ContentStore;
  /** For the `skipWhen` of steps; where absent, a step that has one fails. */
  expressions?: ExpressionEvaluator | undefined;
  clock: Clock;
  random: Random;
  log: Log;
  /** Name of this installation: in every lab's marker, so that two installations share a server in peace. */
  installation: string;
}

/** What the controller's runtime may be told; its defaults hold where nothing is said. */
export type LabletRuntime = Pick<
  ControllerOptions,
  'partitions' | 'leaseMs' | 'marginMs' | 'resyncMs' | 'concurrency' | 'observe'
>;
