import type { World } from '../world.ts';
import { invalidRequest, invalidValue } from './errors.ts';
import {
  asList,
  asPeriodSeconds,
  asText,
  asTimeMs,
  type Fields,
  instanceDimension,
  requireOrder,
} from './read.ts';
import { type Datapoint, metricUnits, readHistories, series } from './series.ts';

/** GetMetricStatistics: the chosen statistics of one metric, at most 1,440 periods of it. */
export function getMetricStatistics(world: World, region: string, input: Fields): Fields {
  const metric = asText(input['MetricName'], 'MetricName');
  const namespace = asText(input['Namespace'], 'Namespace');
  const fromMs = asTimeMs(input['StartTime'], 'StartTime');
  const toMs = asTimeMs(input['EndTime'], 'EndTime');
  const periodSeconds = asPeriodSeconds(input['Period']);
  const statistics = asList(input['Statistics'], 'Statistics').map((name) => asText(name, 'Statistics'));
  requireOrder(fromMs, toMs);
  if (statistics.length === 0)
    throw invalidRequest('At least one of Statistics and ExtendedStatistics is required.');
  if ((toMs - fromMs) / 1000 / periodSeconds > 1440) {
    throw invalidValue('The request would give more than 1440 datapoints: choose a longer period.');
  }
  const unknown = statistics.find((name) => !Object.hasOwn(statisticOf, name));
  if (unknown) throw invalidValue(`The statistic ${unknown} is not valid.`);

  const instanceId = instanceDimension(input['Dimensions']);
  const points =
    namespace === 'AWS/EC2' && instanceId
      ? series(
          readHistories(world),
          { instanceId, region, metric, fromMs, toMs, periodSeconds },
          world.clock.now(),
        )
      : [];
  const Datapoints = points.map((point) => ({
    Timestamp: point.atMs / 1000,
    Unit: metricUnits[metric],
    ...Object.fromEntries(statistics.map((name) => [name, statisticOf[name]?.(point)])),
  }));
  return { Label: metric, Datapoints };
}

/** How each statistic is read off a datapoint. */
export const statisticOf: Readonly<Record<string, (point: Datapoint) => number>> = {
  Average: (point) => point.average,
  Sum: (point) => point.sum,
  Minimum: (point) => point.minimum,
  Maximum: (point) => point.maximum,
  SampleCount: (point) => point.sampleCount,
};
