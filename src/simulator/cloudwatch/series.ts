import { createHash } from 'node:crypto';
import type { LedgerEntry } from '../ledger.ts';
import type { World } from '../world.ts';

/** What one metric measured in one period. */
export interface Datapoint {
  /** Begin of the period, milliseconds since the epoch. */
  atMs: number;
  average: number;
  minimum: number;
  maximum: number;
  sum: number;
  sampleCount: number;
}

/** The metrics of AWS/EC2 that are simulated, with their units. */
export const metricUnits: Readonly<Record<string, string>> = {
  CPUUtilization: 'Percent',
  NetworkIn: 'Bytes',
  NetworkOut: 'Bytes',
};

/** When an instance was up, and when which labs ran on it. */
export interface InstanceHistory {
  region: string;
  stays: LedgerEntry[];
  labs: LedgerEntry[];
}

/** Which series, between which times (milliseconds since the epoch), in periods of how many seconds. */
export interface SeriesRequest {
  instanceId: string;
  region: string;
  metric: string;
  fromMs: number;
  toMs: number;
  periodSeconds: number;
}

/** The histories of all instances, read once for all the series of a call. */
export function readHistories(world: World): ReadonlyMap<string, InstanceHistory> {
  const histories = new Map<string, InstanceHistory>();
  for (const entry of world.ledger.all()) {
    if (entry.kind === 'instance') {
      const history = histories.get(entry.id);
      if (history) history.stays.push(entry);
      else histories.set(entry.id, { region: String(entry.detail['region']), stays: [entry], labs: [] });
    } else if (entry.kind === 'runningLab') {
      histories.get(String(entry.detail['server']))?.labs.push(entry);
    }
  }
  return histories;
}

/**
 * The series of a metric of an instance, oldest first. It has data for the time that the instance was up,
 * follows the labs that ran on it then, and is the same whenever it is asked for.
 */
export function series(
  histories: ReadonlyMap<string, InstanceHistory>,
  request: SeriesRequest,
  nowMs: number,
): Datapoint[] {
  const { instanceId, metric } = request;
  const history = histories.get(instanceId);
  if (history?.region !== request.region || !Object.hasOwn(metricUnits, metric)) return [];
  const periodMs = request.periodSeconds * 1000;
  const points: Datapoint[] = [];
  const first = Math.floor(request.fromMs / periodMs) * periodMs;
  for (let atMs = first; atMs < Math.min(request.toMs, nowMs); atMs += periodMs) {
    const samples: number[] = [];
    const end = Math.min(atMs + periodMs, nowMs);
    for (let at = atMs; at < end; at += sampleMs) {
      if (!history.stays.some((stay) => overlaps(stay, at, Math.min(at + sampleMs, end)))) continue;
      const labs = history.labs.filter((lab) => overlaps(lab, at, at + sampleMs));
      samples.push(sample(instanceId, metric, at, labs.length));
    }
    if (samples.length > 0) points.push(summary(atMs, samples));
  }
  return points;
}

/** EC2 measures once a minute. */
const sampleMs = 60_000;

function overlaps(entry: LedgerEntry, fromMs: number, toMs: number): boolean {
  const until = entry.closedAt ? Date.parse(entry.closedAt) : Number.POSITIVE_INFINITY;
  return Date.parse(entry.openedAt) < toMs && until > fromMs;
}

/** An idle CML host burns a few percent; each lab adds its share, and nothing is ever quite steady. */
function sample(instanceId: string, metric: string, atMs: number, labs: number): number {
  const noise = chance(`${instanceId}/${metric}/${atMs}`);
  if (metric === 'CPUUtilization') return Math.min(100, 1.5 + 2 * noise + labs * (6 + 2 * noise));
  const idleBytes = metric === 'NetworkIn' ? 40_000 : 55_000;
  return Math.round(idleBytes * (0.8 + 0.4 * noise) * (1 + labs * 6));
}

/** A number in [0, 1) that belongs to the text. */
function chance(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}

function summary(atMs: number, samples: number[]): Datapoint {
  const sum = samples.reduce((total, value) => total + value, 0);
  return {
    atMs,
    sum,
    average: sum / samples.length,
    minimum: Math.min(...samples),
    maximum: Math.max(...samples),
    sampleCount: samples.length,
  };
}
