import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import Fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { openLedger } from '../ledger.ts';
import { openSimulatorState } from '../state.ts';
import { quickDelays, type World } from '../world.ts';
import { cloudWatchRoutes } from './routes.ts';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

const start = Date.UTC(2026, 0, 1);
const minute = 60_000;

/** CloudWatch on virtual time, with an instance that has been up for an hour, half of it with a lab. */
async function simulate() {
  const clock = new VirtualClock(start);
  const state = openSimulatorState(':memory:');
  const ledger = openLedger(state, clock);
  const world: World = { clock, random: seededRandom(7), state, ledger, delays: quickDelays };
  const app = Fastify();
  app.register(cloudWatchRoutes(world), { prefix: '/aws/cloudwatch' });
  const endpoint = `${await app.listen({ port: 0, host: '127.0.0.1' })}/aws/cloudwatch`;
  ending.push(() => app.close());
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
  const client = new CloudWatchClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
  ending.push(() => client.destroy());

  ledger.open('instance', 'i-1', { type: 'm5zn.metal', region: 'us-east-1' }, 4);
  await clock.advance(30 * minute);
  ledger.open('runningLab', 'lab-1', { server: 'i-1', title: 'a lab' });
  await clock.advance(30 * minute);
  return { clock, client, ledger };
}

const metric = (MetricName: string, id = 'i-1') => ({
  Namespace: 'AWS/EC2',
  MetricName,
  Dimensions: [{ Name: 'InstanceId', Value: id }],
});
const lastHour = { StartTime: new Date(start), EndTime: new Date(start + 60 * minute) };
const cpu: MetricDataQuery = {
  Id: 'cpu',
  MetricStat: { Metric: metric('CPUUtilization'), Period: 300, Stat: 'Average' },
};

describe('GetMetricData', () => {
  it('gives a series that follows the labs, newest first', async () => {
    const { client } = await simulate();
    const answer = await client.send(new GetMetricDataCommand({ ...lastHour, MetricDataQueries: [cpu] }));
    const result = answer.MetricDataResults?.[0];
    expect(result).toMatchObject({ Id: 'cpu', Label: 'CPUUtilization', StatusCode: 'Complete' });
    expect(result?.Timestamps?.[0]).toEqual(new Date(start + 55 * minute));
    expect(result?.Timestamps).toHaveLength(12);
    const values = result?.Values ?? [];
    expect(Math.min(...values.slice(0, 6))).toBeGreaterThan(Math.max(...values.slice(6)));
    for (const value of values) expect(value).toBeGreaterThan(0);
  });

  it('gives the same again, and more as time goes on', async () => {
    const { clock, client } = await simulate();
    const ask = async () => {
      const range = { ...lastHour, EndTime: new Date(start + 24 * 60 * minute) };
      const command = new GetMetricDataCommand({
        ...range,
        ScanBy: 'TimestampAscending',
        MetricDataQueries: [cpu],
      });
      return (await client.send(command)).MetricDataResults?.[0]?.Values ?? [];
    };
    const before = await ask();
    await clock.advance(10 * minute);
    const after = await ask();
    expect(after).toHaveLength(before.length + 2);
    expect(after.slice(0, before.length)).toEqual(before);
  });

  it('has nothing about instances that there are not', async () => {
    const { client } = await simulate();
    const Metric = metric('CPUUtilization', 'i-2');
    const MetricDataQueries = [{ Id: 'a', MetricStat: { Metric, Period: 300, Stat: 'Average' } }];
    const answer = await client.send(new GetMetricDataCommand({ ...lastHour, MetricDataQueries }));
    expect(answer.MetricDataResults?.[0]?.Values).toEqual([]);
  });

  it('takes 500 queries a call and no more', async () => {
    const { client } = await simulate();
    const queries = Array.from({ length: 501 }, (_, index) => ({ ...cpu, Id: `q${index}` }));
    const ask = (MetricDataQueries: MetricDataQuery[]) =>
      client.send(new GetMetricDataCommand({ ...lastHour, MetricDataQueries }));
    expect((await ask(queries.slice(0, 500))).MetricDataResults).toHaveLength(500);
    await expect(ask(queries)).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(ask([cpu, cpu])).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('GetMetricStatistics', () => {
  it('gives the statistics asked for with their unit', async () => {
    const { client } = await simulate();
    const answer = await client.send(
      new GetMetricStatisticsCommand({
        ...metric('NetworkIn'),
        ...lastHour,
        Period: 3600,
        Statistics: ['Sum', 'Maximum'],
      }),
    );
    expect(answer.Label).toBe('NetworkIn');
    expect(answer.Datapoints).toHaveLength(1);
    const [point] = answer.Datapoints ?? [];
    expect(point).toMatchObject({ Unit: 'Bytes', Timestamp: new Date(start) });
    expect(point?.Sum).toBeGreaterThan(point?.Maximum ?? Number.POSITIVE_INFINITY);
    expect(point?.Average).toBeUndefined();
  });

  it('has no data from after the end of the instance', async () => {
    const { clock, client, ledger } = await simulate();
    ledger.close('instance', 'i-1');
    await clock.advance(60 * minute);
    const StartTime = new Date(start + 60 * minute);
    const answer = await client.send(
      new GetMetricStatisticsCommand({
        ...metric('CPUUtilization'),
        StartTime,
        EndTime: new Date(start + 120 * minute),
        Period: 300,
        Statistics: ['Average'],
      }),
    );
    expect(answer.Datapoints).toEqual([]);
  });

  it('refuses an odd period', async () => {
    const { client } = await simulate();
    const command = new GetMetricStatisticsCommand({
      ...metric('CPUUtilization'),
      ...lastHour,
      Period: 61,
      Statistics: ['Average'],
    });
    await expect(client.send(command)).rejects.toMatchObject({
      name: expect.stringMatching(/^InvalidParameterValue/),
    });
  });
});
