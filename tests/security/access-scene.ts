import { startTestPlane, type TestPlane } from '@lcm/control-plane-api/control-plane.fixture.ts';
import { FailingStore } from '@lcm/control-plane-api/failing-store.fixture.ts';
import type { Outgoing } from '@lcm/control-plane-api/notifications/outgoing.ts';
import { sceneOn, TEMPLATE } from '@lcm/control-plane-api/scene.fixture.ts';
import { createClient, type Fetch } from '@lcm/core/api/client.ts';
import { contract } from '@lcm/core/api/contract.ts';
import type { SessionView } from '@lcm/core/api/sessions.ts';
import { labRecordId, scoreReportId, taskId, userSessionId, workerTemplateId } from '@lcm/core/domain/ids.ts';
import { IDLE_SECONDS, openDoorOfPersonas, type Persona, type Personas } from './personas.ts';

/** What only some may read: each text stands in one place, and turns up wherever that place shows through. */
export const MARKERS = {
  candidate: 'marked-candidate@example.com',
  loginUrl: 'https://lds.example/marked-login',
  device: 'marked-device.example',
  rubric: 'marked-check-of-the-rubric',
  configuration: 'marked-configuration',
} as const;

/** Ids of the things that a request can name, by whose they are. */
export interface Scene {
  plane: TestPlane['plane'];
  clock: TestPlane['clock'];
  personas: Personas;
  /** The things that there are, by the path under which they are listed, and by whose they are. */
  things: Readonly<Record<string, Readonly<Record<string, string>>>>;
  definition: string;
  template: string;
  /** Revokes what that persona has. */
  shutOut(persona: Persona): Promise<void>;
  /** Logs those in again who come by cookie. */
  comeBack(persona: Persona): Promise<void>;
  /** From here on nothing is written: what would have been is answered 503. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

const clientOf = (fetch: Fetch, headers: Record<string, string>) =>
  createClient(contract, { baseUrl: '', fetch, headers: () => headers });

/**
 * A system with two regions, and three of everything that belongs to somebody: `cys` is the candidate's, of the
 * manager's department, in the east; `anns` is the user's and `others` somebody else's, both of another department, in
 * the west. Groups see all of it, but for `westerners`.
 */
export async function openScene(): Promise<Scene> {
  const failing = new FailingStore();
  const door = await openDoorOfPersonas();
  const { personas } = door;
  const on = await startTestPlane({
    clock: door.clock,
    seenStore: (store) => failing.over(store),
    authenticate: (credentials) => door.authenticate(credentials),
    parts: { outgoing: NOWHERE, login: door.login },
    settingDefaults: {
      login: { idleSeconds: IDLE_SECONDS, absoluteSeconds: 200_000 },
      visibility: [{ group: 'westerners', regions: ['us-west-2'] }],
      requestsPerMinute: {
        anonymous: null,
        admin: null,
        manager: null,
        'lab-author': null,
        user: null,
        candidate: null,
      },
    },
  });
  const as = (persona: Persona) => clientOf(on.plane.fetch, personas[persona].headers);
  const controller = clientOf(on.plane.fetch, door.everyService);
  const admin = as('admin');
  await door.connect({ store: on.store, app: on.plane.app });
  const scene = sceneOn({ ...on, admin, controller });
  const definition = await scene.definition('1.0.0', {
    topology: TOPOLOGY,
    evidence: { captureConfigs: true },
    grading: { engine: 'builtin', rubric: RUBRIC },
  });

  const workerIn = async (region: string) => {
    const name = `small-${region}`;
    await admin.workerTemplates.create({ body: { ...TEMPLATE, name, region } });
    return admin.workers.create({ body: { templateId: workerTemplateId.parse(name) } });
  };
  const [east, west] = [await workerIn('us-east-1'), await workerIn('us-west-2')];

  const { issuer, subject } = personas.candidate.caller;
  const ann = personas.user.caller;
  const candidate = { email: MARKERS.candidate };
  const booked = {
    cys: await scene.book(2, { owner: { issuer, subject }, department: 'ccie', candidate }),
    anns: await scene.book(8, { owner: { issuer, subject: ann.subject }, department: 'ccna' }),
    others: await scene.book(14, { owner: { externalId: 'marked-owner' }, department: 'ccna', candidate }),
  };
  const labs: Record<string, string> = {};
  for (const [whose, session] of Object.entries(booked)) {
    const worker = whose === 'cys' ? east : west;
    await scene.place(session, worker.id, undefined, {
      ...WEIGHED,
      decidedAt: session.createdAt,
      best: [east, west].map(({ id }) => ({ workerId: id, score: 1 })),
    });
    const access = userSessionId.parse(`us-${whose}`);
    const lab = labRecordId.parse(`lr-${whose}`);
    labs[whose] = lab;
    await controller.internal.labRecords.command({
      params: { id: lab },
      body: {
        command: {
          type: 'import',
          id: lab,
          workerId: worker.id,
          title: 'lab',
          marker: `lcm:test/${session.id}/1`,
          definitionId: definition.id,
          nodeCount: 2,
          sessionId: session.id,
        },
      },
    });
    await scene.step(
      session,
      { type: 'startInstantiating' },
      { type: 'openUserSession', userSessionId: access },
    );
    await provision(controller, session, access);
    await report(controller, session, definition.id, whose);
  }
  const tasks = {
    ccie: taskId.parse('t-ccie'),
    anns: taskId.parse('t-anns'),
    others: taskId.parse('t-others'),
  };
  for (const [whose, id] of Object.entries(tasks)) {
    const raise = { type: 'raise' as const, id, title: 'look', description: '', priority: 'normal' as const };
    const department = whose === 'ccie' ? 'ccie' : 'ccna';
    await controller.internal.tasks.command({ params: { id }, body: { command: { ...raise, department } } });
  }
  await admin.tasks.assign({ params: { id: tasks.anns }, body: { assignee: ann.username } });
  const tokenOf = async (persona: Persona) =>
    (await as(persona).accessTokens.create({ body: { name: 'programs', scopes: ['sessions:read'] } })).id;
  const tokens = { anns: await tokenOf('user'), others: await tokenOf('lab-author') };
  const subscribed = async (persona: Persona) => {
    const channel = { type: 'webhook' as const, url: 'https://hooks.example/anns' };
    const body = { occasions: ['session.ready' as const], channel };
    return (await as(persona).notifications.subscriptions.create({ body })).id;
  };
  const subscriptions = { anns: await subscribed('user'), others: await subscribed('lab-author') };

  return {
    plane: on.plane,
    clock: on.clock,
    personas,
    things: {
      '/api/v1/sessions': mapped(booked, ({ id }) => id),
      '/api/v1/score-reports': mapped(booked, (_, whose) => `r-${whose}`),
      '/api/v1/lab-records': labs,
      '/api/v1/workers': { east: east.id, west: west.id },
      '/api/v1/worker-templates': { east: 'small-us-east-1', west: 'small-us-west-2' },
      '/api/v1/tasks': tasks,
      '/api/tasks': tasks,
      '/api/v1/access-tokens': tokens,
      '/api/v1/notifications/subscriptions': subscriptions,
      '/api/v1/definitions': { anybodys: definition.id },
    },
    definition: definition.id,
    template: 'small-us-west-2',
    shutOut: door.shutOut,
    comeBack: async (persona) => {
      const { as } = personas[persona];
      if (as) await door.comeBack(on.plane.app, as);
    },
    freeze: () => failing.failAfter(0),
    thaw: () => failing.recover(),
    stop: async () => {
      await on.stop();
      await door.stop();
    },
  };
}

/** A decision for which workers everywhere were weighed. */
const WEIGHED = { outcome: 'placed' as const, counts: {}, evaluated: 2 };

/** Whatever is sent out of the scene is taken, and lost. */
const NOWHERE: Outgoing = {
  web: { check: async () => {}, fetch: async () => new Response() },
  mail: { send: async () => {} },
};

type Controller = ReturnType<typeof clientOf>;

async function provision(
  { internal }: Controller,
  { id: sessionId }: SessionView,
  access: string,
): Promise<void> {
  const id = userSessionId.parse(access);
  const device = { label: 'R1', protocol: 'telnet', host: MARKERS.device, port: 2000 };
  for (const command of [
    { type: 'open' as const, id, sessionId },
    { type: 'provision' as const, ldsSessionId: access, loginUrl: MARKERS.loginUrl, devices: [device] },
  ])
    await internal.userSessions.command({ params: { id }, body: { command } });
}

async function report(
  { internal }: Controller,
  { id: sessionId, ownerKey }: SessionView,
  definitionId: SessionView['definition']['definitionId'],
  whose: string,
): Promise<void> {
  const id = scoreReportId.parse(`r-${whose}`);
  if (ownerKey === undefined) throw new Error(`nobody owns session ${sessionId}`);
  const score = { score: 1, maxScore: 2, cutScore: 1, passed: true, sections: [] };
  const from = { engine: 'builtin' as const, evidenceKey: 'k' };
  const command = {
    type: 'submit' as const,
    report: { ...score, ...from, id, sessionId, definitionId, ownerKey },
  };
  await internal.scoreReports.command({ params: { id }, body: { command } });
}

function mapped<T>(
  of: Readonly<Record<string, T>>,
  id: (one: T, whose: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(of).map(([whose, one]) => [whose, id(one, whose)]));
}

const TOPOLOGY = `lab:
  title: One router
  version: 0.3.0
nodes:
  - {id: n0, label: R1, node_definition: iosv, x: 0, y: 0, configuration: "${MARKERS.configuration}", tags: [], interfaces: []}
links: []
`;

const RUBRIC = {
  cutScore: 1,
  items: [
    {
      id: 'one',
      description: 'a name',
      points: 1,
      checks: [{ source: 'config:R1', regex: MARKERS.rubric }],
    },
  ],
};
