import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { buildCloud } from './cloud.ts';
import { fixedResourceId } from './ec2/resource-id.ts';
import { openLedger } from './ledger.ts';
import { defaultCloudOptions } from './options.ts';
import { openSimulatorState, type SimulatorState } from './state.ts';
import type { World } from './world.ts';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

const minute = 60_000;
const delays = {
  instanceBootMs: 3 * minute,
  cmlBootMs: 12 * minute,
  instanceStopMs: minute,
  licenceMs: 1_000,
  nodeBootMs: minute,
  labStopMs: 1_000,
  gradingMs: 0,
};
const topology = `
lab: {title: two, description: '', notes: '', version: 0.1.0}
nodes:
  - {id: n0, label: a, node_definition: iosv, x: 0, y: 0, configuration: hostname a, interfaces: [{id: i0, slot: 0, label: Gi0/0, type: physical}]}
  - {id: n1, label: b, node_definition: iosv, x: 9, y: 0, configuration: hostname b, interfaces: [{id: i0, slot: 0, label: Gi0/0, type: physical}]}
links: [{id: l0, n1: n0, n2: n1, i1: i0, i2: i0, label: l}]
`;

/** The whole cloud on virtual time, without a socket. */
async function simulate(
  state: SimulatorState = openSimulatorState(':memory:'),
  clock = new VirtualClock(),
  seed = 7,
) {
  const world: World = { clock, random: seededRandom(seed), state, ledger: openLedger(state, clock), delays };
  const place = {
    publicUrl: 'http://simulator',
    block: 77,
    network: false,
    onProblem: (problem: string) => problems.push(problem),
  };
  const problems: string[] = [];
  const cloud = await buildCloud(world, defaultCloudOptions, place);
  ending.push(() => cloud.close());
  const ec2 = async (parameters: Record<string, string>) => {
    const { payload } = await cloud.app.inject({
      method: 'POST',
      url: '/aws/ec2/',
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/ec2/aws4_request, Signature=00',
        'content-type': 'application/x-www-form-urlencoded',
      },
      payload: new URLSearchParams(parameters).toString(),
    });
    return payload;
  };
  const run = async () => {
    const ImageId = fixedResourceId('ami', 'us-east-1/cisco-cml2.9-lablet-v0.1.8');
    const answer = await ec2({
      Action: 'RunInstances',
      ImageId,
      InstanceType: 'm5zn.metal',
      MinCount: '1',
      MaxCount: '1',
    });
    return /<instanceId>(i-[0-9a-f]+)</.exec(answer)?.[1] ?? '';
  };
  const cml = async (
    id: string,
    method: 'GET' | 'POST' | 'PUT',
    url: string,
    token = '',
    payload?: string | object,
  ) => {
    const app = cloud.hosts.server(id)?.app;
    if (!app) return { status: 0, body: undefined };
    const headers = token ? { authorization: `Bearer ${token}` } : {};
    const answer = await app.inject({ method, url: `/api/v0${url}`, headers, ...(payload && { payload }) });
    const text = answer.payload;
    return { status: answer.statusCode, body: text === '' ? undefined : answer.json() };
  };
  const logIn = async (id: string): Promise<string> =>
    (await cml(id, 'POST', '/authenticate', '', { username: 'admin', password: 'admin' })).body;
  /** Boots an instance and imports a lab on it. */
  const runWithLab = async () => {
    const id = await run();
    await clock.advance(15 * minute);
    const token = await logIn(id);
    const lab = (await cml(id, 'POST', '/import', token, topology)).body.id;
    if (!lab) throw new Error('CML did not take the topology');
    return { id, token, lab };
  };
  const open = () => world.ledger.openEntries().map(({ kind }) => kind);
  return { clock, world, state, cloud, ec2, run, cml, logIn, runWithLab, open, problems };
}

describe('the simulated cloud on virtual time', () => {
  it('takes as long to a ready CML server as the delays say', async () => {
    const { clock, run, cml } = await simulate();
    const id = await run();
    await clock.advance(3 * minute - 1);
    expect((await cml(id, 'GET', '/system_information')).status).toBe(0);
    await clock.advance(1);
    expect((await cml(id, 'GET', '/system_information')).body).toMatchObject({ ready: false });
    expect((await cml(id, 'POST', '/authenticate', '', {})).status).toBe(502);
    await clock.advance(12 * minute);
    expect((await cml(id, 'GET', '/system_information')).body).toMatchObject({
      ready: true,
      version: '2.9.1+build.7',
    });
  });

  it('keeps the labs of an instance over stop and start', async () => {
    const { clock, ec2, cml, logIn, runWithLab } = await simulate();
    const { id, lab } = await runWithLab();
    await ec2({ Action: 'StopInstances', 'InstanceId.1': id });
    expect((await cml(id, 'GET', '/system_information')).status).toBe(0);
    await clock.advance(minute);
    await ec2({ Action: 'StartInstances', 'InstanceId.1': id });
    await clock.advance(15 * minute);
    expect((await cml(id, 'GET', '/labs', await logIn(id))).body).toEqual([lab]);
  });

  it('has nothing left of a terminated instance, except what CML did not give back', async () => {
    const { clock, world, ec2, cml, runWithLab, open, problems } = await simulate();
    const { id, token } = await runWithLab();
    const registration = { token: 'good-token', reregister: false };
    expect((await cml(id, 'POST', '/licensing/registration', token, registration)).status).toBe(204);
    await clock.advance(minute);
    expect(open().toSorted()).toEqual(['instance', 'lab', 'licenceSeat']);
    await ec2({ Action: 'TerminateInstances', 'InstanceId.1': id });
    await clock.advance(minute);
    expect(world.ledger.openEntries()).toMatchObject([{ kind: 'licenceSeat', id }]);
    expect(problems).toEqual([]);
  });

  it('ends the labs of an instance that dies by itself, at once', async () => {
    const { cloud, runWithLab, open } = await simulate();
    const { id } = await runWithLab();
    cloud.instances.kill(id);
    expect(open()).toEqual([]);
    expect(cloud.hosts.server(id)).toBeUndefined();
  });

  it('switches off, late but surely, what was stopped while nobody was there to do it', async () => {
    const { clock, state, cloud, runWithLab } = await simulate();
    const { id, lab } = await runWithLab();
    cloud.world.ledger.open('runningLab', lab);
    await cloud.close();
    const stored = state.collection<{ change: object }>('ec2-instances');
    const instance = stored.get(id);
    const change = { to: 'stopped', askedAtMs: clock.now(), doneAtMs: clock.now() + minute, settled: false };
    if (instance) stored.put(id, { ...instance, change });
    const again = await simulate(state, clock, 8);
    expect(again.open().toSorted()).toEqual(['instance', 'lab']);
    await clock.advance(minute);
    expect(again.open()).toEqual(['lab']);
  });

  it('repeats itself with the same seed', async () => {
    const story = async () => {
      const { runWithLab } = await simulate();
      return runWithLab();
    };
    expect(await story()).toEqual(await story());
  });
});
