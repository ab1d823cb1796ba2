import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { onTestFinished } from 'vitest';
import { buildCloud } from './cloud.ts';
import { fixedResourceId } from './ec2/resource-id.ts';
import { openLedger } from './ledger.ts';
import { defaultCloudOptions } from './options.ts';
import { openSimulatorState, type SimulatorState } from './state.ts';
import type { World } from './world.ts';

/** Milliseconds. */
export const minute = 60_000;
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
  - {id: n0, label: a, node_definition: iosv, tags: ['serial:2001'], x: 0, y: 0, configuration: hostname a, interfaces: [{id: i0, slot: 0, label: Gi0/0, type: physical}]}
  - {id: n1, label: b, node_definition: iosv, x: 9, y: 0, configuration: hostname b, interfaces: [{id: i0, slot: 0, label: Gi0/0, type: physical}]}
links: [{id: l0, n1: n0, n2: n1, i1: i0, i2: i0, label: l}]
`;

/** The whole cloud on virtual time, without a socket; closed when the test is over. */
export async function simulate(
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
  onTestFinished(() => cloud.close());
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
  const run = async (image = 'cisco-cml2.9-lablet-v0.1.8') => {
    const ImageId = fixedResourceId('ami', `us-east-1/${image}`);
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
