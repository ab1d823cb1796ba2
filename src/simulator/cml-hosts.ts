import type { CmlServer } from './cml/server.ts';
import { findImage } from './ec2/images.ts';
import { cmlAnswers, type Instance, stateOf } from './ec2/instance.ts';
import { findInstanceType } from './ec2/instance-types.ts';
import { type HttpListener, listenHttp } from './http-listener.ts';
import type { World } from './world.ts';

/** The CML server that an instance wants. */
export interface CmlOrder {
  instanceId: string;
  version: string | undefined;
  consoleHost: string;
  capacity: { cpus: number; memoryGb: number } | undefined;
  ready: () => boolean;
}

/** How the hosts of CML servers are set up. */
export interface CmlHostsOptions {
  world: World;
  find: (instanceId: string) => Instance | undefined;
  build: (order: CmlOrder) => CmlServer;
  /** The port of CML at each instance's addresses. */
  port: number;
  /** Whether to listen there; otherwise CML is reached by inject alone. */
  network: boolean;
  onProblem: (problem: string) => void;
}

/** Runs a CML server on each running instance. */
export interface CmlHosts {
  /** Looks at the instance and makes its CML server run, or not, as it should. */
  observe(instance: Instance): void;
  /** The CML server of an instance that is up, booted or not. */
  server(instanceId: string): CmlServer | undefined;
  /** Where the CML server of an instance that is up is reached: scheme, host and port. */
  url(instance: Instance): string | undefined;
  /** Ends the process side of all servers, and resolves when nothing listens any more. */
  close(): Promise<void>;
}

interface Running {
  cml: CmlServer;
  address: string;
  listeners: HttpListener[];
  gone: boolean;
}

/**
 * Opens the hosts. While the instance boots, connections are refused; while CML boots, it answers 502;
 * CML's state outlives a stop and ends with the instance.
 */
export function openCmlHosts({ world, build, port, network, find, onProblem }: CmlHostsOptions): CmlHosts {
  // What each instance's disks carry: a CML server that is switched on, or off.
  const provisioned = world.state.collection<'on' | 'off'>('cml-hosts');
  const running = new Map<string, Running>();
  const work = new Map<string, Promise<void>>();

  const guarded = (id: string, task: Promise<unknown>): Promise<void> =>
    task.then(
      () => undefined,
      (error: unknown) =>
        onProblem(`CML on ${id}: ${error instanceof Error ? error.message : String(error)}`),
    );

  /** One thing at a time per instance, in order. */
  const enqueue = (id: string, task: () => Promise<unknown>) => {
    const before = work.get(id) ?? Promise.resolve();
    work.set(id, guarded(id, before.then(task)));
  };

  const buildFor = (instance: Instance) => {
    const { id } = instance;
    const type = findInstanceType(instance.type);
    return build({
      instanceId: id,
      version: cmlVersionOf(instance),
      consoleHost: addressOf(instance),
      capacity: type && { cpus: type.vcpus, memoryGb: type.memoryMib / 1024 },
      ready: () => {
        const now = find(id);
        return now !== undefined && cmlAnswers(now, world.clock.now());
      },
    });
  };

  const switchOn = (instance: Instance) => {
    const { id, privateAddress } = instance;
    const address = addressOf(instance);
    const on: Running = { cml: buildFor(instance), address, listeners: [], gone: false };
    running.set(id, on);
    provisioned.put(id, 'on');
    enqueue(id, async () => {
      if (on.gone) return;
      await on.cml.app.ready();
      if (!network) return;
      for (const host of new Set([address, privateAddress])) {
        // Where all instances share 127.0.0.1, each gets a port of its own.
        const ownPort = host === '127.0.0.1' ? 0 : port;
        on.listeners.push(
          await listenHttp((request, reply) => on.cml.app.routing(request, reply), host, ownPort),
        );
      }
    });
  };

  /** Ends the process side; what `end` does to the rest takes effect at once. */
  const leave = (id: string, on: Running, end: () => Promise<void>) => {
    running.delete(id);
    on.gone = true;
    const ended = guarded(id, end());
    enqueue(id, async () => {
      await Promise.all([ended, ...on.listeners.map((listener) => listener.close())]);
    });
  };

  const switchOff = (instance: Instance, on: Running | undefined) => {
    const cml = on?.cml ?? buildFor(instance);
    cml.powerOff();
    provisioned.put(instance.id, 'off');
    if (on) leave(instance.id, on, () => cml.close());
    else enqueue(instance.id, () => cml.close());
  };

  const dispose = (instance: Instance, on: Running | undefined) => {
    const cml = on?.cml ?? buildFor(instance);
    provisioned.delete(instance.id);
    if (on) {
      leave(instance.id, on, () => cml.dispose());
      return;
    }
    // Begun at once, so that the ledger is right from now on.
    const disposed = guarded(instance.id, cml.dispose());
    enqueue(instance.id, () => disposed);
  };

  return {
    observe: (instance) => {
      const state = stateOf(instance, world.clock.now());
      const on = running.get(instance.id);
      if (state === 'terminated') {
        if (provisioned.get(instance.id)) dispose(instance, on);
        return;
      }
      const moved = on !== undefined && on.address !== addressOf(instance);
      if (state !== 'running' || moved) {
        // It may be on without running here: when the simulator was killed before it switched it off.
        if (provisioned.get(instance.id) === 'on') switchOff(instance, on);
      }
      if (state === 'running' && !running.has(instance.id) && cmlVersionOf(instance)) switchOn(instance);
    },
    server: (id) => running.get(id)?.cml,
    url: (instance) => {
      const on = running.get(instance.id);
      const openPort = network ? on?.listeners[0]?.port : on && port;
      return openPort === undefined ? undefined : `http://${addressOf(instance)}:${openPort}`;
    },
    close: async () => {
      for (const [id, on] of running) leave(id, on, () => on.cml.close());
      await Promise.all(work.values());
    },
  };
}

/** Undefined for an instance whose image has no CML on it. */
const cmlVersionOf = ({ region, imageId }: Instance) => findImage(region, imageId)?.cmlVersion;

const addressOf = (instance: Instance) => instance.publicAddress ?? instance.privateAddress;
