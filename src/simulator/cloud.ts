import Fastify, { type FastifyInstance } from 'fastify';
import { cloudWatchRoutes } from './cloudwatch/routes.ts';
import { type CmlHosts, openCmlHosts } from './cml-hosts.ts';
import { deviceAccess } from './devices.ts';
import { loopbackAddresses } from './ec2/addresses.ts';
import { type CapacityControl, openCapacity } from './ec2/capacity.ts';
import { type Instances, openInstances } from './ec2/instances.ts';
import { ec2Routes } from './ec2/routes.ts';
import { addFaultHooks } from './fault-hooks.ts';
import { type Faults, type FaultyService, openFaults } from './faults.ts';
import { gradingRoutes } from './grading/engine.ts';
import { hostedCml } from './hosted-cml.ts';
import { ldsRoutes } from './lds/lds.ts';
import type { CloudOptions } from './options.ts';
import { withSinkTokens } from './sink-tokens.ts';
import type { World } from './world.ts';

/** Where the simulated cloud is, if it is anywhere at all. */
export interface CloudPlace {
  /** Where candidates and clients reach the main address: scheme, host and port. */
  publicUrl: string;
  /** The block of loopback addresses that instances live in; without one all are at 127.0.0.1. */
  block: number | undefined;
  /** Whether CML servers and consoles listen on the network; else they are reached by inject alone. */
  network: boolean;
  onProblem: (problem: string) => void;
  /** The transport of outgoing events; the platform's own by default. */
  fetch?: typeof globalThis.fetch;
}

/** Everything that is simulated, at work. */
export interface SimulatedCloud {
  world: World;
  /** Serves `/aws/ec2`, `/aws/cloudwatch`, `/lds` and `/grading`. */
  app: FastifyInstance;
  instances: Instances;
  capacity: CapacityControl;
  faults: Faults;
  hosts: CmlHosts;
  /** Ends all listening and waiting; the state stays. */
  close(): Promise<void>;
}

/** Builds the simulated cloud on a world and goes on with whatever its state says was under way. */
export async function buildCloud(
  world: World,
  options: CloudOptions,
  place: CloudPlace,
): Promise<SimulatedCloud> {
  const faults = openFaults(world.state, options.faults);
  const capacity = openCapacity(world.state, options.capacity);
  const hosts = openCmlHosts({
    world,
    find: (id) => instances.find(id),
    build: (order) => hostedCml(world, options, order, { faults, consoles: place.network }),
    port: options.cmlPort,
    network: place.network,
    onProblem: place.onProblem,
  });
  const addresses = loopbackAddresses(world.state, place.block);
  const instances = openInstances(world, addresses, options.visibilityLagMs);
  instances.watch(hosts.observe);

  const app = Fastify({ bodyLimit: 32 * 1024 * 1024 });
  const mount = (
    service: FaultyService,
    prefix: string,
    routes: (scope: FastifyInstance) => Promise<void>,
  ) => {
    app.register(
      async (scope) => {
        addFaultHooks(scope, { service, faults, clock: world.clock, spares: isForPeople });
        await routes(scope);
      },
      { prefix },
    );
  };
  mount('ec2', '/aws/ec2', ec2Routes({ world, instances, capacity }));
  mount('cloudwatch', '/aws/cloudwatch', cloudWatchRoutes(world));
  const events = {
    eventSinks: options.eventSinks,
    fetch: withSinkTokens(place.fetch ?? globalThis.fetch, options.sinkTokens ?? new Map()),
  };
  const lds = {
    ...events,
    username: options.ldsUsername,
    password: options.ldsPassword,
    publicUrl: place.publicUrl,
    devices: deviceAccess(world, instances),
    eventFate: () => faults.nextEvent('lds'),
  };
  mount('lds', '/lds', ldsRoutes(world, lds));
  const grading = { ...events, apiKey: options.gradingApiKey, eventFate: () => faults.nextEvent('grading') };
  mount('grading', '/grading', gradingRoutes(world, grading));
  await app.ready();

  return {
    world,
    app,
    instances,
    capacity,
    faults,
    hosts,
    close: async () => {
      instances.close();
      await hosts.close();
      await app.close();
    },
  };
}

/** The candidate's page, and the switches for tests and demos, are never made to fail. */
function isForPeople(url: string): boolean {
  return /^\/(lds|grading)\/(lab|sim)\//.test(url);
}
