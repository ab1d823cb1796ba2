import type { World } from '../world.ts';
import { invalidRequest, invalidValue } from './errors.ts';
import { statisticOf } from './get-metric-statistics.ts';
import {
  asFields,
  asList,
  asPeriodSeconds,
  asText,
  asTimeMs,
  type Fields,
  instanceDimension,
  requireOrder,
} from './read.ts';
import { type InstanceHistory, readHistories, series } from './series.ts';

/** GetMetricData: up to 500 queries a call; metric math is not simulated. */
export function getMetricData(world: World, region: string, input: Fields): Fields {
  const fromMs = asTimeMs(input['StartTime'], 'StartTime');
  const toMs = asTimeMs(input['EndTime'], 'EndTime');
  requireOrder(fromMs, toMs);
  const queries = asList(input['MetricDataQueries'], 'MetricDataQueries').map((query) =>
    asFields(query, 'MetricDataQueries'),
  );
  if (queries.length === 0) throw invalidRequest('At least one MetricDataQuery is required.');
  if (queries.length > 500) {
    throw invalidRequest(
      `The collection MetricDataQueries must not have a size greater than 500, not ${queries.length}.`,
    );
  }
  const ids = queries.map((query) => asText(query['Id'], 'Id'));
  const malformed = ids.find((id) => !/^[a-z][a-zA-Z0-9_]*$/.test(id));
  if (malformed)
    throw invalidRequest(`The value ${malformed} for parameter Id is not matching ^[a-z][a-zA-Z0-9_]*$.`);
  if (new Set(ids).size < ids.length) throw invalidRequest('The values for parameter Id must be unique.');

  const ascending = input['ScanBy'] === 'TimestampAscending';
  const range = {
    region,
    fromMs,
    toMs,
    ascending,
    histories: readHistories(world),
    nowMs: world.clock.now(),
  };
  const results = queries
    .filter((query) => query['ReturnData'] !== false)
    .map((query) => answerTo(range, query));
  return { MetricDataResults: results, Messages: [] };
}

interface Range {
  region: string;
  fromMs: number;
  toMs: number;
  ascending: boolean;
  histories: ReadonlyMap<string, InstanceHistory>;
  nowMs: number;
}

function answerTo(range: Range, query: Fields): Fields {
  if (query['Expression'] !== undefined) throw invalidRequest('Expressions are not available here.');
  const stat = asFields(query['MetricStat'], 'MetricStat');
  const metric = asFields(stat['Metric'], 'MetricStat.Metric');
  const name = asText(metric['MetricName'], 'MetricName');
  const statistic = asText(stat['Stat'], 'Stat');
  const read = Object.hasOwn(statisticOf, statistic) ? statisticOf[statistic] : undefined;
  if (!read) throw invalidValue(`The statistic ${statistic} is not valid.`);
  const periodSeconds = asPeriodSeconds(stat['Period']);
  const instanceId = instanceDimension(metric['Dimensions']);
  const points =
    metric['Namespace'] === 'AWS/EC2' && instanceId
      ? series(range.histories, { ...range, instanceId, metric: name, periodSeconds }, range.nowMs)
      : [];
  if (!range.ascending) points.reverse();
  return {
    Id: query['Id'],
    Label: query['Label'] ?? name,
    Timestamps: points.map((point) => point.atMs / 1000),
    Values: points.map(read),
    StatusCode: 'Complete',
  };
}
