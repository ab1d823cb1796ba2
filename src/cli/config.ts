import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const seconds = z.coerce.number().int().min(0).max(86_400);

/** Several of a kind, apart by commas. */
const listOf = <Item extends z.ZodType<string, string>>(item: Item) =>
  z
    .string()
    .transform((text) => text.split(',').flatMap((one) => one.trim() || []))
    .pipe(z.array(item))
    .prefault('');

/** One configuration value: where it comes from, what it is, what holds without it. */
const value = <Schema extends z.ZodType>(environment: string, doc: string, schema: Schema) => ({
  environment,
  doc,
  schema,
  isSecret: false,
});

/** One that is a secret, or says where it is kept: `env:NAME`, `file:PATH`, `aws-sm:NAME` or `aws-sm:NAME#MEMBER`. */
const secret = <Schema extends z.ZodType>(environment: string, doc: string, schema: Schema) => ({
  ...value(environment, doc, schema),
  isSecret: true,
});

/**
 * Every configuration value of the embedded system, once. The page of docs and `lcm config` come from it.
 */
export const CONFIG = {
  port: value('LCM_PORT', 'Port of the API and the page', port.default(8020)),
  host: value('LCM_HOST', 'Address to listen on', z.string().default('127.0.0.1')),
  dataDir: value(
    'LCM_DATA_DIR',
    'Folder of everything that is kept: state, content, the simulated cloud',
    z.string().min(1).default('data'),
  ),
  installation: value(
    'LCM_INSTALLATION',
    'Name of this installation, in the tags of its instances and the notes of its labs',
    z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/)
      .default('local'),
  ),
  publicUrl: value(
    'LCM_PUBLIC_URL',
    'Where browsers reach the page, such as https://lcm.example.com; the address listened on where this is not set',
    z.url({ protocol: /^https?$/ }).optional(),
  ),
  trustedProxies: value(
    'LCM_TRUSTED_PROXIES',
    'Addresses and networks of the proxies in front, apart by commas: what they say of a caller’s address is believed',
    listOf(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])),
  ),
  corsOrigins: value(
    'LCM_CORS_ORIGINS',
    'Pages of other origins that may call the API from a browser, such as https://portal.example.com, apart by commas',
    listOf(z.string().regex(/^https?:\/\/[^/\s]+$/, 'must be an origin such as https://portal.example.com')),
  ),
  login: value(
    'LCM_LOGIN',
    'Who vouches for people: embedded is the identity provider that is built in, oidc any OpenID provider',
    z.enum(['embedded', 'oidc']).default('embedded'),
  ),
  oidcIssuer: value(
    'LCM_OIDC_ISSUER',
    'With LCM_LOGIN=oidc: the issuer, as it stands in its tokens and as browsers reach it',
    z.url({ protocol: /^https?$/ }).optional(),
  ),
  oidcInternalUrl: value(
    'LCM_OIDC_INTERNAL_URL',
    'Where the issuer is for this system, if that is not where it is for browsers: scheme, host and port',
    z.url({ protocol: /^https?$/ }).optional(),
  ),
  oidcClientId: value(
    'LCM_OIDC_CLIENT_ID',
    'What this system calls itself at the issuer, for the login of the page',
    z.string().min(1).max(200).optional(),
  ),
  oidcClientSecret: secret(
    'LCM_OIDC_CLIENT_SECRET',
    'By which the issuer knows this system, or where it is kept',
    z.string().min(1).optional(),
  ),
  eventSources: value(
    'LCM_EVENT_SOURCES',
    'Senders of CloudEvents that can get no token of the issuer: names and where the secret is kept that each sends as its bearer token, such as lds=env:LDS_EVENT_SECRET, apart by commas',
    z.string().default(''),
  ),
  demoAccounts: value(
    'LCM_DEMO_ACCOUNTS',
    'Whether the accounts of the demo, whose password everybody knows, can sign in: auto says on loopback only',
    z.enum(['auto', 'on', 'off']).default('auto'),
  ),
  oidcAudience: value(
    'LCM_OIDC_AUDIENCE',
    'What must stand in the audience of access tokens for them to be taken',
    z.string().min(1).max(200).default('lcm'),
  ),
  secretKey: secret(
    'LCM_SECRET_KEY',
    'Keys that seal what the database must keep secret, or where they are kept: 32 random bytes in base64 each, apart by commas; the first seals, all open. The embedded mode keeps keys of its own in <data folder>/secret.key',
    z.string().optional(),
  ),
  allowedTargets: value(
    'LCM_ALLOWED_TARGETS',
    'Private addresses that webhooks may reach all the same: blocks such as 10.20.0.0/16, apart by commas',
    z.string().default(''),
  ),
  smtpUrl: secret(
    'LCM_SMTP_URL',
    'Mail server, such as smtps://user:password@mail.example.com:465; no mail is sent where this is not set',
    z.string().optional(),
  ),
  mailFrom: value(
    'LCM_MAIL_FROM',
    'Sender of mail, such as Lablet Cloud Manager <lcm@example.com>',
    z.string().max(300).optional(),
  ),
  logLevel: value(
    'LCM_LOG_LEVEL',
    'What is logged to <data folder>/lcm.log',
    z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  ),
  simulatorUrl: value(
    'LCM_SIMULATOR_URL',
    'A simulator that runs already; one is started where this is not set',
    z.url().optional(),
  ),
  simulatorPort: value(
    'LCM_SIMULATOR_PORT',
    'Port of the simulator that is started; 0 for any',
    port.default(0),
  ),
  cmlPort: value('LCM_CML_PORT', 'Port of every simulated CML server', port.default(8443)),
  workerLeadSeconds: value(
    'LCM_WORKER_LEAD_SECONDS',
    'Seconds that a new worker takes until it is schedulable',
    seconds.default(15),
  ),
  labLeadSeconds: value(
    'LCM_LAB_LEAD_SECONDS',
    'Seconds that a lab takes from import until all its nodes are booted',
    seconds.default(15),
  ),
  teardownSeconds: value(
    'LCM_TEARDOWN_SECONDS',
    'Seconds that evidence, grading and teardown may take after a slot',
    seconds.default(60),
  ),
  idleTimeoutSeconds: value(
    'LCM_IDLE_TIMEOUT_SECONDS',
    'Seconds without use after which a worker is stopped',
    seconds.default(300),
  ),
  stoppedRetentionSeconds: value(
    'LCM_STOPPED_RETENTION_SECONDS',
    'Seconds that a stopped worker is kept before it is terminated',
    seconds.default(600),
  ),
  url: value('LCM_URL', 'For client commands: where the control plane is', z.url().optional()),
  token: secret('LCM_TOKEN', 'For client commands: bearer token', z.string().optional()),
} as const;

/** The configuration as it is in force. */
export type Config = { [Name in keyof typeof CONFIG]: z.infer<(typeof CONFIG)[Name]['schema']> };

/** A configuration that cannot be used: one line that says which value, and what it must be. */
export class ConfigProblem extends Error {}

/** Reads the configuration. @throws ConfigProblem for malformed values and for LCM_ names that mean nothing */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const names = new Set<string>(Object.values(CONFIG).map((one) => one.environment));
  for (const name of Object.keys(environment)) {
    if (name.startsWith('LCM_') && !names.has(name)) {
      throw new ConfigProblem(`${name} is not a setting; those there are: ${[...names].join(', ')}`);
    }
  }
  const read: Record<string, unknown> = {};
  for (const [name, { environment: from, schema, isSecret }] of Object.entries(CONFIG)) {
    const text = environment[from];
    const result = schema.safeParse(text === '' ? undefined : text);
    if (!result.success) {
      const given = isSecret ? from : `${from}=${text}`;
      throw new ConfigProblem(`${given}: ${result.error.issues[0]?.message ?? 'is malformed'}`);
    }
    read[name] = result.data;
  }
  return read as Config;
}
