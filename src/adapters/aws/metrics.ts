import type { MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import type { InstanceMetrics } from '@lcm/core/spi/cloud-provider.ts';
import type { AwsClients } from './clients.ts';

/** What one call of GetMetricData may ask for. */
const QUERIES_PER_CALL = 500;
/** EC2 publishes every five minutes unless detailed monitoring is paid for; the latest may be one period late. */
const LOOK_BACK_MS = 20 * 60_000;
const PERIOD_SECONDS = 300;

const METRICS = [
  { name: 'CPUUtilization', stat: 'Average', field: 'cpuPercent' },
  { name: 'NetworkIn', stat: 'Sum', field: 'networkInBytes' },
  { name: 'NetworkOut', stat: 'Sum', field: 'networkOutBytes' },
] as const;

/** The latest point of each metric of each instance; an instance that has none is left out. */
export async function latestMetrics(
  clients: AwsClients,
  region: string,
  instanceIds: readonly string[],
  now: number,
): Promise<Map<string, InstanceMetrics>> {
  const latest = new Map<string, InstanceMetrics>();
  if (instanceIds.length === 0) return latest;
  const { sdk, client } = await clients.cloudWatch(region);
  const asked = instanceIds.flatMap((instanceId) =>
    METRICS.map((metric) => ({ instanceId, metric, query: queryOf(instanceId, metric) })),
  );
  for (let at = 0; at < asked.length; at += QUERIES_PER_CALL) {
    const chunk = asked.slice(at, at + QUERIES_PER_CALL);
    const pages = sdk.paginateGetMetricData(
      { client },
      {
        StartTime: new Date(now - LOOK_BACK_MS),
        EndTime: new Date(now),
        ScanBy: 'TimestampDescending',
        MetricDataQueries: chunk.map(({ query }, index) => ({ ...query, Id: `q${index}` })),
      },
    );
    for await (const page of pages) {
      for (const result of page.MetricDataResults ?? []) {
        const question = chunk[Number(result.Id?.slice(1))];
        const point = newest(result);
        if (!question || !point) continue;
        const known = latest.get(question.instanceId);
        latest.set(question.instanceId, {
          ...known,
          [question.metric.field]: known?.[question.metric.field] ?? point.value,
          at: known && known.at > point.at ? known.at : point.at,
        });
      }
    }
  }
  return latest;
}

function queryOf(instanceId: string, { name, stat }: (typeof METRICS)[number]): Omit<MetricDataQuery, 'Id'> {
  return {
    MetricStat: {
      Metric: {
        Namespace: 'AWS/EC2',
        MetricName: name,
        Dimensions: [{ Name: 'InstanceId', Value: instanceId }],
      },
      Period: PERIOD_SECONDS,
      Stat: stat,
    },
  };
}

function newest({ Timestamps, Values }: MetricDataResult): { at: string; value: number } | undefined {
  const [at] = Timestamps ?? [];
  const [value] = Values ?? [];
  return at && value !== undefined ? { at: at.toISOString(), value } : undefined;
}
