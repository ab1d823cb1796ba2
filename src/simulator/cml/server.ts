import fastify, { type FastifyInstance } from 'fastify';
import type { World } from '../world.ts';
import { openAgenda } from './agenda.ts';
import type { CmlContext } from './context.ts';
import { registerDevices } from './device-access.ts';
import { CmlError } from './errors.ts';
import { annotationsTopic } from './http/annotations.ts';
import { authTopic } from './http/auth.ts';
import { readBodiesLikeCml } from './http/bodies.ts';
import { bootstrapTopic } from './http/bootstrap.ts';
import { definitionsTopic } from './http/definitions.ts';
import { endpointsOf, type Topic } from './http/endpoints.ts';
import { answerErrorsLikeCml } from './http/errors.ts';
import { groupsTopic } from './http/groups.ts';
import { hostsTopic } from './http/hosts.ts';
import { interfacesTopic } from './http/interfaces.ts';
import { labsTopic } from './http/labs.ts';
import { licensingTopic } from './http/licensing.ts';
import { linksTopic } from './http/links.ts';
import { nodesTopic } from './http/nodes.ts';
import { reservationTopic } from './http/reservation.ts';
import { resourcePoolsTopic } from './http/resource-pools.ts';
import { systemTopic } from './http/system.ts';
import { topologyTopic } from './http/topology.ts';
import { newUser, usersTopic } from './http/users.ts';
import { watchLab } from './lab-life.ts';
import { nodesOf } from './labs.ts';
import { watchLicence } from './licensing-state.ts';
import type { CmlServerOptions } from './options.ts';
import { openPatty, type Patty } from './patty.ts';
import { openStore } from './store.ts';
import { seedSettings } from './system-settings.ts';
import { openTelemetry } from './telemetry.ts';

/** One simulated CML server. */
export interface CmlServer {
  /** Its HTTP side, to `listen` or to `inject`. The API is under `/api/v0`. */
  app: FastifyInstance;
  /** Ends the process side of it: listeners, timers, HTTP. Its state stays for the next start. */
  close(): Promise<void>;
  /** The host was switched off: every node is down at once, unsaved configurations are lost. */
  powerOff(): void;
  /**
   * The host is gone for good, disks and all: its labs with it. A licence seat that was not given back by
   * deregistration stays held, as with the real one.
   */
  dispose(): Promise<void>;
}

const topics: Topic[] = [
  authTopic,
  systemTopic,
  labsTopic,
  topologyTopic,
  bootstrapTopic,
  nodesTopic,
  interfacesTopic,
  linksTopic,
  annotationsTopic,
  definitionsTopic,
  licensingTopic,
  reservationTopic,
  usersTopic,
  groupsTopic,
  resourcePoolsTopic,
  hostsTopic,
];

/** The largest topology or image description that is read, bytes. */
const bodyLimit = 64 * 1024 * 1024;

/**
 * Builds a CML server whose state lives in the world's state under its id: built again after a restart, it
 * carries on where it was. Everything that takes time follows the world's clock.
 */
export function buildCmlServer(world: World, options: CmlServerOptions): CmlServer {
  const store = openStore(world.state, options.serverId);
  const agenda = openAgenda(world.clock);
  let patty: Patty | undefined;
  const context: CmlContext = {
    world,
    options,
    store,
    agenda,
    telemetry: openTelemetry(store.telemetry, world.clock),
    consolesChanged: () => patty?.refresh(),
    consoleLog: [],
  };
  seed(context);
  if (options.consoles) patty = openPatty(context);
  const unregister = registerDevices(context);
  resume(context);

  const app = buildApp(context);
  const close = async () => {
    agenda.cancelAll();
    unregister();
    await patty?.close();
    await app.close();
  };
  return {
    app,
    close,
    powerOff: () => powerOff(context),
    dispose: async () => {
      powerOff(context);
      for (const lab of store.labs.values()) world.ledger.close('lab', lab.id);
      const closed = close();
      store.erase();
      await closed;
    },
  };
}

function buildApp(context: CmlContext): FastifyInstance {
  const app = fastify({
    bodyLimit,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true },
  });
  answerErrorsLikeCml(app);
  readBodiesLikeCml(app);
  app.addHook('onRequest', async (request) => {
    // Until it is ready, the real one's web server answers for an API that is not there yet.
    const ready = context.options.ready?.() ?? true;
    if (!ready && !request.url.startsWith('/api/v0/system_information'))
      throw new CmlError(502, 'Bad Gateway');
  });
  app.register(
    async (api) => {
      const endpoints = endpointsOf(api, context);
      for (const topic of topics) topic(endpoints, context);
    },
    { prefix: '/api/v0' },
  );
  return app;
}

function seed(context: CmlContext): void {
  const { store, options, world } = context;
  seedSettings(store, () => world.random.uuid());
  if (store.users.values().length > 0) return;
  const admin = newUser(context, options.username, options.password, { admin: true, opt_in: false });
  store.users.put(admin.id, admin);
}

/** Arms again what has to happen by itself. */
function resume(context: CmlContext): void {
  watchLicence(context);
  for (const lab of context.store.labs.values()) watchLab(context, lab.id);
  context.consolesChanged();
}

function powerOff(context: CmlContext): void {
  context.agenda.cancelAll();
  for (const lab of context.store.labs.values()) {
    const nodes = nodesOf(context, lab).filter(
      (node) => node.life.phase === 'started' || node.life.phase === 'stopping',
    );
    context.telemetry.callOff(new Set(nodes.map((node) => node.id)));
    for (const node of nodes) {
      node.life = { phase: 'stopped' };
      delete node.running;
      context.store.nodes.put(node.id, node);
    }
    context.world.ledger.close('runningLab', lab.id);
  }
  context.consolesChanged();
}
