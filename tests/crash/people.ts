import type { Api } from '@lcm/cli/api.ts';
import type { DefinitionRequest } from '@lcm/core/api/definitions.ts';
import type { BookingRequest, SessionView } from '@lcm/core/api/sessions.ts';
import { finalStatuses } from '@lcm/core/domain/decider.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { SESSION_TRANSITIONS } from '@lcm/core/domain/session.ts';
import type { SessionStatus } from '@lcm/core/domain/session-state.ts';
import type { WorkerStatus } from '@lcm/core/domain/worker-state.ts';
import { z } from 'zod';
import type { VirtualSystem } from '../e2e/virtual-system.ts';

/** People look at the page so often, and try again so soon when it does not answer; milliseconds. */
const LOOK_MS = 5_000;
const AGAIN_MS = 1_000;
const PATIENCE_MS = 6 * 3_600_000;
const FINAL = finalStatuses(SESSION_TRANSITIONS);

/** The people of a scenario: they ask again when the system is down, and see whether what they asked for is done. */
export class People {
  readonly system: VirtualSystem;

  constructor(system: VirtualSystem) {
    this.system = system;
  }

  /**
   * Asks until there is an answer. Who was cut off and asks again is told that there is nothing to do where the
   * first request has taken effect; that is as good.
   */
  async ask<T>(request: (api: Api) => Promise<T>): Promise<T | undefined> {
    for (let cutOff = false; ; cutOff = true) {
      try {
        return await request(this.system.api);
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        if (cutOff && ['illegalTransition', 'conflict', 'rule'].includes(refusal.code)) return undefined;
        if (refusal.code !== 'unavailable' && refusal.code !== 'busy') throw refusal;
      }
      await this.system.clock.sleep(AGAIN_MS);
    }
  }

  /** A question: there is always an answer. */
  async read<T>(request: (api: Api) => Promise<T>): Promise<T> {
    const answer = await this.ask(request);
    if (answer === undefined) throw new Error('a question was refused');
    return answer;
  }

  /** Publishes a definition and waits until it can be booked. */
  async publish(body: DefinitionRequest): Promise<void> {
    await this.ask((api) => api.definitions.create({ body }));
    await this.#look(`the sync of ${body.name}`, async () => {
      const query = { name: body.name, limit: 1 };
      const { items } = await this.read((api) => api.definitions.list({ query }));
      return items[0]?.status === 'ACTIVE' || undefined;
    });
  }

  /** Books under a name, once. Gives the session's id. */
  async book(
    givenName: string,
    definition: string,
    {
      inSeconds = 0,
      durationSeconds = 1_200,
      ...more
    }: Partial<BookingRequest> & { inSeconds?: number } = {},
  ): Promise<string> {
    const start = new Date(this.system.clock.now() + inSeconds * 1_000).toISOString();
    const request: BookingRequest = {
      definition: { name: definition },
      start,
      durationSeconds,
      candidate: { givenName },
      reservationId: givenName,
      ...more,
    };
    await this.ask((api) => api.sessions.book({ body: request }));
    const query = { reservationId: givenName };
    const [session] = (await this.read((api) => api.sessions.list({ query }))).items;
    if (!session) throw new Error(`the booking of ${givenName} is lost`);
    return session.id;
  }

  session(id: string): Promise<SessionView> {
    return this.read((api) => api.sessions.get({ params: { id } }));
  }

  /** Waits until the session stands so, or has ended where that is not waited for. */
  async until(id: string, ...statuses: readonly SessionStatus[]): Promise<SessionView> {
    return this.#look(`${statuses.join(' or ')} of ${id}`, async () => {
      const session = await this.session(id);
      if (statuses.includes(session.status)) return session;
      if (FINAL.includes(session.status))
        throw new Error(`${id} is ${session.status}, not ${statuses}: ${session.ending?.reason}`);
      return undefined;
    });
  }

  ended(id: string): Promise<SessionView> {
    return this.until(id, ...FINAL);
  }

  async untilWorker(id: string, status: WorkerStatus): Promise<void> {
    await this.#look(`${status} of ${id}`, async () => {
      const worker = await this.read((api) => api.workers.get({ params: { id } }));
      return worker.status === status || undefined;
    });
  }

  /** What a candidate does at LDS. */
  async atLds(id: string, action: string, method: 'POST' | 'PUT' = 'POST', body: object = {}): Promise<void> {
    const { ldsSessionId } = await this.read((api) => api.sessions.userSession({ params: { id } }));
    await this.system.outside(method, `/lds/sim/sessions/${ldsSessionId}/${action}`, body);
  }

  /** Logs in as soon as the lab is ready. */
  async logIn(id: string): Promise<void> {
    await this.until(id, 'READY', 'RUNNING');
    await this.atLds(id, 'login');
    await this.until(id, 'RUNNING');
  }

  /** Types configurations into devices. */
  async type(id: string, solution: Readonly<Record<string, string>>): Promise<void> {
    for (const [label, configuration] of Object.entries(solution))
      await this.atLds(id, `devices/${label}/configuration`, 'PUT', { configuration, mode: 'merge' });
  }

  /** Has the evidence graded once more; not a third time because nobody answered. */
  async gradeAgain(id: string): Promise<void> {
    const { store, clock } = this.system;
    const gradings = () => store.count('grading-session', { sessionId: id });
    for (const before = await gradings(); (await gradings()) === before; ) {
      await this.system.api.sessions.grade({ params: { id }, body: {} }).catch(onlyCutOff);
      await clock.sleep(AGAIN_MS);
    }
  }

  /** Asks for a worker, once. */
  async worker(templateName: string): Promise<string> {
    const name = `by-hand-${templateName}`;
    const { items: templates } = await this.read((api) => api.workerTemplates.list({ query: {} }));
    const template = templates.find((one) => one.name === templateName);
    if (!template) throw new Error(`there is no template ${templateName}`);
    const headers = { 'idempotency-key': name };
    await this.ask((api) => api.workers.create({ body: { templateId: template.id, name }, headers }));
    const { items } = await this.read((api) => api.workers.list({ query: {} }));
    const worker = items.find((one) => one.name === name);
    if (!worker) throw new Error(`there is no worker ${name}`);
    return worker.id;
  }

  /** The host of a session's worker fails at once and by itself. */
  async failHostOf(sessionId: string): Promise<void> {
    const { placement } = await this.session(sessionId);
    this.system.cloud.instances.kill(await this.#instanceOf(placement?.workerId ?? ''));
  }

  /** Somebody stops the worker's instance at EC2. */
  async stopHostOf(workerId: string): Promise<void> {
    this.system.cloud.instances.stop(await this.#instanceOf(workerId));
  }

  /** An instance like the worker's is left by nobody knows whom. */
  async leaveInstance(workerId: string): Promise<void> {
    const { instances } = this.system.cloud;
    const known = instances.find(await this.#instanceOf(workerId));
    if (!known) throw new Error(`worker ${workerId} has no instance`);
    const { zone, subnetId, vpcId, imageId, type, securityGroupIds, nestedVirtualization, region } = known;
    const spec = { region, zone, subnetId, vpcId, imageId, type, securityGroupIds, nestedVirtualization };
    instances.launch(
      { ...spec, tags: { ...known.tags, Name: 'forgotten', 'lcm:worker_id': 'w-forgotten' } },
      1,
    );
  }

  /** Somebody imports a lab on the worker's CML, and starts it. */
  async importByHand(workerId: string): Promise<void> {
    const ask = await this.#cmlOf(workerId);
    const { id } = importedLab.parse(await ask('POST', 'import', BY_HAND));
    await ask('PUT', `labs/${id}/start`);
  }

  /** Somebody takes the tags of a node away in each lab that waits on the worker for a session. */
  async untagWaitingLabs(workerId: string): Promise<void> {
    const ask = await this.#cmlOf(workerId);
    for (const id of texts.parse(await ask('GET', 'labs?show_all=true'))) {
      const { state } = labState.parse(await ask('GET', `labs/${id}`));
      const [node] = texts.parse(await ask('GET', `labs/${id}/nodes`));
      if (state === 'DEFINED_ON_CORE') await ask('PATCH', `labs/${id}/nodes/${node}`, { tags: [] });
    }
  }

  /** The worker's CML server, as somebody has it who logs in there. */
  async #cmlOf(workerId: string) {
    const app = this.system.cloud.hosts.server(await this.#instanceOf(workerId))?.app;
    if (!app) throw new Error(`worker ${workerId} has no CML`);
    const payload = { username: 'admin', password: 'admin' };
    const entry = await app.inject({ method: 'POST', url: '/api/v0/authenticate', payload });
    const headers = { authorization: `Bearer ${String(entry.json())}` };
    return async (method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: string | object) => {
      const url = `/api/v0/${path}`;
      const answer = await app.inject({ method, url, headers, ...(body ? { payload: body } : {}) });
      if (answer.statusCode >= 400) throw new Error(`${method} ${path}: ${answer.body}`);
      return answer.body === '' ? undefined : answer.json();
    };
  }

  async #instanceOf(id: string): Promise<string> {
    return this.#look(`the instance of ${id}`, async () => {
      const { instanceId } = await this.read((api) => api.workers.get({ params: { id } }));
      return instanceId;
    });
  }

  /** Waits for whatever is looked for. */
  async #look<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
    const { clock } = this.system;
    const deadline = clock.now() + PATIENCE_MS;
    for (let found = await find(); ; found = await find()) {
      if (found !== undefined) return found;
      if (clock.now() > deadline) throw new Error(`${what} did not come`);
      await clock.sleep(LOOK_MS);
    }
  }
}

function onlyCutOff(refusal: unknown): void {
  const cutOff = refusal instanceof Refusal && ['unavailable', 'busy'].includes(refusal.code);
  if (!cutOff) throw refusal;
}

const importedLab = z.object({ id: z.string() });
const labState = z.object({ state: z.string() });
const texts = z.array(z.string());

const BY_HAND = `lab:
  title: By hand
  version: 0.3.0
nodes:
  - {id: n0, label: R1, node_definition: iosv, x: 0, y: 0, configuration: "hostname R1", tags: ["serial:2001"], interfaces: []}
links: []
`;
