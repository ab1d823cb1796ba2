import type { Fetch } from '@lcm/core/api/client.ts';
import type { Kind } from '@lcm/core/domain/kinds.ts';
import type { SomeSettings } from '@lcm/core/domain/settings.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ContentStore } from '@lcm/core/spi/content-store.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import type { StateBus } from '@lcm/core/spi/state-bus.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';
import type { FastifyInstance } from 'fastify';
import { startAudit } from './audit/start-audit.ts';
import { type AuditBooks, AuditTrail } from './audit/trail.ts';
import type { Identity } from './auth/accounts/identity.ts';
import { type Authenticate, authenticateBy, type Caller } from './auth/caller.ts';
import { Claimants } from './auth/claimants.ts';
import type { StandingOf } from './auth/known-people.ts';
import { IdentityIssuer } from './auth/login/identity-issuer.ts';
import { createLogin } from './auth/login/login.ts';
import type { LoginParts } from './auth/login/login-parts.ts';
import { LoginSessions } from './auth/login/login-sessions.ts';
import { Commands } from './commands/execute.ts';
import { followLog } from './event-log/log-reader.ts';
import type { Exposure } from './http/exposure.ts';
import { inProcessFetch } from './http/in-process-fetch.ts';
import { buildServer } from './http/server.ts';
import { startNotifier } from './notifications/notifier.ts';
import { NOTHING_OUTGOING, type Outgoing } from './notifications/outgoing.ts';
import { startProjector } from './projection/projector.ts';
import { PICTURED, takePicture } from './queries/fleet-picture.ts';
import { Queue } from './queries/queue.ts';
import { Remembered } from './queries/remembered.ts';
import { settingsInForce } from './queries/settings.ts';
import { react } from './reactions/react.ts';
import type { Services } from './services.ts';

/** What a control plane is made of. */
export interface ControlPlaneParts {
  store: StateStore;
  bus: StateBus;
  content: ContentStore;
  /** Where what ends by itself is kept: login sessions, and when tokens were used and revoked. */
  expiring: ExpiringStore;
  clock: Clock;
  random: Random;
  log: Log;
  authenticate: Authenticate;
  /** Where it is written down who did what; nothing is where absent, which is for tests of other things only. */
  audit?: AuditBooks | undefined;
  /** How people log in to the page; nobody can where absent. */
  login?: LoginParts | undefined;
  /** Who vouches for people: nobody where absent. */
  identity?: Identity | undefined;
  /** What people are by now; what they were when they came is all that is known where absent. */
  standingOf?: StandingOf | undefined;
  /** Ends a bearer token before its time; none can be ended where absent. */
  endToken?: Services['endToken'];
  version: string;
  settingDefaults?: SomeSettings;
  /** Told of each aggregate that is written here. */
  onWritten?: (kind: Kind, id: string) => void;
  /** Told of each caller that is known, before they are let in. */
  onKnown?: (caller: Caller) => Promise<void>;
  /** What is served beside the contract, such as the login: each adds its routes to the server. */
  beside?: readonly ((app: FastifyInstance) => void | Promise<void>)[];
  /** By what people are told of what happens; nobody is told of anything where absent. */
  outgoing?: Outgoing;
  /** Folder of the built page. */
  pageFolder?: string | undefined;
  /** Nothing of the outside is known, and nobody there is trusted, where absent. */
  exposure?: Exposure;
}

/** A control plane that runs. */
export interface ControlPlane {
  /** Listen with it, or ask it in process. */
  app: FastifyInstance;
  /** `fetch` that reaches it without a socket, for the controllers of the same process. */
  fetch: Fetch;
  /** Rebuilds the bus from the store; how many states were written. */
  resync(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a control plane; it does not listen by itself. */
export async function startControlPlane(parts: ControlPlaneParts): Promise<ControlPlane> {
  const services = servicesOf(parts);
  const projector = await startProjector(services);
  const reactions = followLog(services, { name: 'session-reactions' }, async (events) => {
    for (const event of events) await react(services, event);
  });
  const audit = startAudit(services);
  const notifications = parts.outgoing && startNotifier(services, parts.outgoing);
  const readers = {
    projection: projector,
    reactions,
    ...audit.readers,
    ...(notifications ? { notifications } : {}),
  };
  const app = await buildServer(services, telling(withLogin(claiming(parts, services), services)), readers);
  return {
    app,
    fetch: inProcessFetch(app),
    resync: () => projector.resync(),
    stop: async () => {
      await app.close();
      await reactions.stop();
      await notifications?.stop();
      await audit.stop();
      await projector.stop();
    },
  };
}

/** The parts with a login and a door by which people get what was booked for them before they could be known. */
function claiming(parts: ControlPlaneParts, services: Services): ControlPlaneParts {
  const { login, onKnown } = parts;
  const claimants = new Claimants(services);
  return {
    ...parts,
    onKnown: async (caller) => {
      await onKnown?.(caller);
      await claimants.known(caller);
    },
    ...(login ? { login: { ...login, onLoggedIn: (caller: Caller) => claimants.loggedIn(caller) } } : {}),
  };
}

/** The parts with a door that tells of those whom it knows. */
function telling(parts: ControlPlaneParts): ControlPlaneParts {
  const { authenticate, onKnown } = parts;
  if (!onKnown) return parts;
  return {
    ...parts,
    authenticate: async (credentials) => {
      const caller = await authenticate(credentials);
      await onKnown(caller);
      return caller;
    },
  };
}

/** The parts with the login's way in, and the routes that belong to it. */
function withLogin(parts: ControlPlaneParts, services: Services): ControlPlaneParts {
  const { loginIssuer: issuer } = services;
  if (!parts.login || !issuer) return parts;
  const { way, register } = createLogin({ ...parts.login, issuer }, services);
  const authenticate = authenticateBy([way, parts.authenticate]);
  return { ...parts, authenticate, beside: [...(parts.beside ?? []), register] };
}

function servicesOf(parts: ControlPlaneParts): Services {
  const { store, bus, content, expiring, clock, random, log, version } = parts;
  const audit = parts.audit && new AuditTrail(parts.audit, { clock, log });
  const commands = new Commands(store, clock, audit !== undefined);
  const settings = new Remembered(clock, () => settingsInForce(store, parts.settingDefaults));
  const picture = new Remembered(clock, () => takePicture({ store, clock, settings }));
  if (parts.onWritten) commands.onWritten(parts.onWritten);
  commands.onWritten((kind, id) => {
    if (kind === 'settings') settings.forget();
    // Quotas of owners are allowances too, but no part of the fleet.
    if (PICTURED.has(kind) && !id.startsWith('sessions/')) picture.forget();
  });
  return {
    store,
    bus,
    content,
    expiring,
    clock,
    random,
    log,
    version,
    commands,
    settings,
    settingDefaults: parts.settingDefaults ?? {},
    picture,
    queue: new Queue(),
    outgoing: parts.outgoing ?? NOTHING_OUTGOING,
    audit,
    loginIssuer: parts.login && new IdentityIssuer({ ...parts.login.issuer, clock }),
    standingOf: parts.standingOf,
    endToken: parts.endToken,
    identity: parts.identity ?? { issuer: () => 'nobody' },
    logins: new LoginSessions({
      store: expiring,
      clock,
      random,
      limits: async () => (await settings.get()).login,
    }),
  };
}
