import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { simulatedAddresses } from '@lcm/adapters/addresses/simulated-addresses.ts';
import { awsCloudProvider } from '@lcm/adapters/aws/cloud-provider.ts';
import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { patConsoles } from '@lcm/adapters/cml/consoles.ts';
import { cmlServers } from '@lcm/adapters/cml/servers.ts';
import { jqEvaluator } from '@lcm/adapters/expressions/jq-evaluator.ts';
import { openFileContentStore } from '@lcm/adapters/files/file-content-store.ts';
import { makeFolder } from '@lcm/adapters/files/make-folder.ts';
import { builtinEngine } from '@lcm/adapters/grading/builtin-engine.ts';
import { externalEngine } from '@lcm/adapters/grading/external-engine.ts';
import { labDeliverySystem } from '@lcm/adapters/lds/lab-delivery-system.ts';
import { pinoLog } from '@lcm/adapters/log/pino-log.ts';
import { MemoryBus } from '@lcm/adapters/memory/memory-bus.ts';
import { systemRandom } from '@lcm/adapters/random/system-random.ts';
import { checkKeys } from '@lcm/adapters/secrets/check-keys.ts';
import { fixedSecrets } from '@lcm/adapters/secrets/fixed-secrets.ts';
import { keyring } from '@lcm/adapters/secrets/keyring.ts';
import { sealedStore } from '@lcm/adapters/secrets/sealed-store.ts';
import { openSqliteExpiringStore } from '@lcm/adapters/sql/sqlite-expiring-store.ts';
import { openSqliteStore } from '@lcm/adapters/sql/sqlite-store.ts';
import { AccessTokenCallers } from '@lcm/control-plane-api/auth/bearer/access-token-callers.ts';
import { issuerKeys } from '@lcm/control-plane-api/auth/bearer/issuer-keys.ts';
import { jwtCallers } from '@lcm/control-plane-api/auth/bearer/jwt-callers.ts';
import { Revocations } from '@lcm/control-plane-api/auth/bearer/revocations.ts';
import { serviceSecrets } from '@lcm/control-plane-api/auth/bearer/service-secrets.ts';
import { LONGEST_LIFE_SECONDS } from '@lcm/control-plane-api/auth/bearer/verify-token.ts';
import { type AuthenticationWay, authenticateBy } from '@lcm/control-plane-api/auth/caller.ts';
import { KnownPeople } from '@lcm/control-plane-api/auth/known-people.ts';
import { isLoopbackHost } from '@lcm/control-plane-api/auth/login/loopback.ts';
import { settingsInForce } from '@lcm/control-plane-api/queries/settings.ts';
import { type ControlPlane, startControlPlane } from '@lcm/control-plane-api/service.ts';
import { createClient, type Fetch } from '@lcm/core/api/client.ts';
import { contract } from '@lcm/core/api/contract.ts';
import type { ServiceName } from '@lcm/core/api/services.ts';
import { LICENCE_TYPES } from '@lcm/core/domain/resources.ts';
import type { SomeSettings } from '@lcm/core/domain/settings.ts';
import { startLabletController } from '@lcm/lablet-controller/service.ts';
import { startScheduler } from '@lcm/resource-scheduler/service.ts';
import { startWorkerController } from '@lcm/worker-controller/service.ts';
import { apiAt } from '../api.ts';
import { VERSION } from '../commands/version.ts';
import { type Config, ConfigProblem } from '../config.ts';
import { seed } from '../seeds/seed.ts';
import { ensureSimulator } from '../simulator-process.ts';
import { configuredOutgoing } from './configured-outgoing.ts';
import { configuredSecrets } from './configured-secrets.ts';
import { dataFiles } from './data-files.ts';
import { openEmbeddedAudit } from './embedded-audit.ts';
import { signInLimits } from './embedded-identity.ts';
import { eventSources } from './event-sources.ts';
import { identitySource } from './identity-source.ts';
import { openKeys } from './open-keys.ts';
import { runAccounts } from './run-accounts.ts';

/** The whole system in one process, the simulated world beside it. */
export interface EmbeddedSystem {
  /** Where the API and the page are. */
  url: string;
  simulatorUrl: string;
  stop(): Promise<void>;
}

/**
 * Puts the embedded system together: this is the file that says how a laptop differs from production.
 * @throws ConfigProblem where the folder cannot be written or the port is taken
 */
export async function startEmbedded(config: Config): Promise<EmbeddedSystem> {
  // What was opened before something failed is closed again, in reverse.
  await using opened = new AsyncDisposableStack();
  const [clock, random] = [systemClock, systemRandom];
  checkFolder(config.dataDir);
  const files = dataFiles(config);
  const log = pinoLog({ level: config.logLevel, file: join(config.dataDir, 'lcm.log') });
  opened.defer(() => log.flush());
  const store = openSqliteStore(files.state);
  opened.defer(() => store.close());
  const content = await openFileContentStore(join(config.dataDir, 'content'));
  const bus = new MemoryBus({ clock });
  opened.defer(() => bus.close());
  const logins = openSqliteExpiringStore(files.logins, clock);
  opened.defer(() => logins.close());
  const secrets = configuredSecrets(process.env, clock);
  const { keys, origin } = await openKeys(config, secrets);
  const sealer = keyring(keys);
  const expiring = sealedStore(logins, sealer);
  await checkKeys(expiring, origin);
  const audit = await openEmbeddedAudit(files.audit, sealer);
  opened.defer(() => audit.close());
  const accounts = runAccounts(random);
  const settingDefaults: SomeSettings = {
    workerLeadSeconds: config.workerLeadSeconds,
    labLeadSeconds: config.labLeadSeconds,
    teardownSeconds: config.teardownSeconds,
    stoppedRetentionSeconds: config.stoppedRetentionSeconds,
    idleDetection: { enabled: true, timeoutSeconds: config.idleTimeoutSeconds },
  };
  const revocations = new Revocations(expiring, clock, LONGEST_LIFE_SECONDS * 1_000);
  const here: typeof plane.fetch = (target, init) => plane.fetch(target, init);
  const people = new KnownPeople(expiring, clock);
  const provider = await identitySource(config, secrets, {
    people,
    store: expiring,
    clock,
    random,
    log: log.child({ service: 'identity-provider' }),
    limits: async () => signInLimits((await settingsInForce(store, settingDefaults)).login),
    revoke: (who) => revocations.revoke(who),
    fetch: here,
  });
  opened.defer(() => provider.close());
  const accessTokens = new AccessTokenCallers({
    store,
    expiring,
    clock,
    standingOf: provider.standingOf,
  });
  const eventSenders = serviceSecrets(await eventSources(config, secrets));
  let bearer: AuthenticationWay = async () => undefined;
  let publicUrl = new URL(config.publicUrl ?? 'http://localhost');
  const plane = await startControlPlane({
    store,
    bus,
    content,
    clock,
    random,
    log: log.child({ service: 'control-plane-api' }),
    expiring,
    audit: audit.books,
    authenticate: authenticateBy([
      accounts.way,
      eventSenders,
      accessTokens.way,
      (credentials) => bearer(credentials),
    ]),
    onWritten: accessTokens.noteWrite,
    onKnown: (caller) => people.note(caller),
    version: VERSION,
    settingDefaults,
    identity: provider.identity,
    standingOf: provider.standingOf,
    endToken: (token) => revocations.revoke(token),
    login: {
      issuer: provider.loginIssuer,
      publicUrl: () => publicUrl,
      onLoggedOut: async ({ issuer, subject, sid }) => {
        if (sid !== undefined) await revocations.revoke({ issuer, sid });
        else if (subject !== undefined) await revocations.revoke({ issuer, subject });
      },
    },
    outgoing: await configuredOutgoing(config, secrets, clock),
    beside: provider.beside,
    exposure: {
      publicUrl: config.publicUrl,
      corsOrigins: config.corsOrigins,
      trustedProxies: config.trustedProxies,
      onlyHere: isLoopbackHost(config.host),
    },
    pageFolder: fileURLToPath(new URL('../../../build/ui', import.meta.url)),
  });
  opened.defer(() => plane.stop());
  const url = await listen(plane, config);
  publicUrl = new URL(config.publicUrl ?? url);
  await provider.start(publicUrl);
  bearer = jwtCallers({
    issuers: [
      {
        issuer: provider.identity.issuer(),
        audience: config.oidcAudience,
        keys: issuerKeys({ load: provider.jwks, clock, log }),
      },
    ],
    revocations,
    clock,
  });
  const simulator = config.simulatorUrl
    ? { url: config.simulatorUrl, stop: async () => {} }
    : await ensureSimulator({
        dataDir: config.dataDir,
        port: config.simulatorPort,
        cmlPort: config.cmlPort,
        eventSink: `${url}/api/events`,
        eventToken: accounts.tokenOf('simulator'),
        clock,
      });
  opened.defer(() => simulator.stop());

  const web: Fetch = (target, init) => fetch(target, init);
  const clientFor = (service: ServiceName) =>
    createClient(contract, {
      baseUrl: '',
      fetch: plane.fetch,
      headers: () => ({ authorization: `Bearer ${accounts.tokenOf(service)}` }),
    });
  const cml = cmlServers({
    fetch: web,
    clock,
    clientId: random.uuid(),
    credentials: async () => ({ username: 'admin', password: 'admin' }),
  });
  const cloud = awsCloudProvider({
    installation: config.installation,
    clock,
    endpointBase: simulator.url,
    credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' },
  });
  opened.defer(() => cloud.close());
  const builtin = builtinEngine();
  opened.defer(() => builtin.close());
  const expressions = jqEvaluator();
  opened.defer(() => expressions.close());
  // The bus lives and dies with its only members: no earlier holder can be left whose work has to be waited for.
  const common = { bus, clock, random, installation: config.installation, marginMs: 0 };
  const controllers = [
    startScheduler({
      ...common,
      client: clientFor('resource-scheduler'),
      log: log.child({ service: 'resource-scheduler' }),
    }),
    startWorkerController({
      ...common,
      client: clientFor('worker-controller'),
      cloud,
      cml,
      addresses: simulatedAddresses(simulator.url, web),
      secrets: fixedSecrets(
        Object.fromEntries(LICENCE_TYPES.map((type) => [licenceToken(type), 'simulated-token'])),
      ),
      licenceToken,
      limits: SIMULATED_PACE,
      log: log.child({ service: 'worker-controller' }),
    }),
    startLabletController({
      ...common,
      client: clientFor('lablet-controller'),
      cml,
      consoles: patConsoles({ clock }),
      lds: labDeliverySystem({
        baseUrl: `${simulator.url}/lds`,
        username: 'lcm',
        password: 'lcm',
        fetch: web,
        clock,
      }),
      engines: {
        builtin,
        external: externalEngine({ baseUrl: `${simulator.url}/grading`, apiKey: 'lcm', fetch: web, clock }),
      },
      content,
      expressions,
      log: log.child({ service: 'lablet-controller' }),
    }),
  ];
  opened.defer(async () => {
    await Promise.all(controllers.map((controller) => controller.stop()));
  });
  await seed(apiAt(url, accounts.tokenOf('seed')));
  const running = opened.move();
  return { url, simulatorUrl: simulator.url, stop: () => running.disposeAsync() };
}

/** How often workers are looked at where they boot in seconds instead of minutes. */
const SIMULATED_PACE = {
  pace: { atMostMs: 1_000 },
  watchMs: 2_000,
  measureMs: 10_000,
  idleGraceSeconds: 10,
  licenceReleaseMs: 30_000,
  labStopMs: 30_000,
  unmadeMs: 10_000,
  sweepMs: 15_000,
};

/** Where the licence token of a type is kept. */
const licenceToken = (type: string) => `cml-licence-${type.toLowerCase()}`;

function checkFolder(folder: string): void {
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new ConfigProblem(
      `cannot write to ${folder} (${codeOf(cause)}): set LCM_DATA_DIR to a folder that can be written`,
    );
  }
}

async function listen(plane: ControlPlane, { host, port }: Config): Promise<string> {
  try {
    await plane.app.listen({ host, port });
  } catch (cause) {
    const problem =
      codeOf(cause) === 'EADDRINUSE'
        ? `port ${port} is taken`
        : `cannot listen on ${host}:${port} (${codeOf(cause)})`;
    throw new ConfigProblem(`${problem}: set LCM_PORT to another`);
  }
  const address = plane.app.server.address();
  const actual = typeof address === 'object' && address ? address.port : port;
  return `http://${host === '127.0.0.1' ? 'localhost' : host}:${actual}`;
}

const codeOf = (cause: unknown) =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
