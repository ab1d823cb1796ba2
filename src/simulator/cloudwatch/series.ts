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

/** Which series, between which times (milliseconds since the epoch), in periods of how many seconds. */
export interface SeriesRequest {
  instanceId: string;
  region: string;
  metric: string;
  fromMs: number;
  toMs: number;
  periodSeconds: number;
}

/**
 * The series of a metric of an instance, oldest first. It has data for the time that the instance was up,
 * follows the labs that ran on it then, and is the same whenever it is asked for.
 */
export function series(world: World, request: SeriesRequest): Datapoint[] {
  const { instanceId, region, metric } = request;
  const entries = world.ledger.all();
  const stays = entries.filter(
    (entry) => entry.kind === 'instance' && entry.id === instanceId && entry.detail['region'] === region,
  );
  if (stays.length === 0 || !Object.hasOwn(metricUnits, metric)) return [];
  const labs = entries.filter((entry) => entry.kind === 'runningLab' && runsOn(entry, instanceId));
  const now = world.clock.now();
  const periodMs = request.periodSeconds * 1000;
  const points: Datapoint[] = [];
  const first = Math.floor(request.fromMs / periodMs) * periodMs;
  for (let atMs = first; atMs < Math.min(request.toMs, now); atMs += periodMs) {
    const samples: number[] = [];
    const end = Math.min(atMs + periodMs, now);
    for (let at = atMs; at < end; at += sampleMs) {
      if (stays.some((stay) => overlaps(stay, at, Math.min(at + sampleMs, end)))) {
        samples.push(
          sample(
            instanceId,
            metric,
            at,
            labs.filter((lab) => overlaps(lab, at, at + sampleMs)),
          ),
        );
      }
    }
    if (samples.length > 0) points.push(summary(atMs, samples));
  }
  return points;
}

/** EC2 measures once a minute. */
const sampleMs = 60_000;

function runsOn(entry: LedgerEntry, instanceId: string): boolean {
  return entry.id.startsWith(instanceId) || Object.values(entry.detail).includes(instanceId);
}

function overlaps(entry: LedgerEntry, fromMs: number, toMs: number): boolean {
  const until = entry.closedAt ? Date.parse(entry.closedAt) : Number.POSITIVE_INFINITY;
  return Date.parse(entry.openedAt) < toMs && until > fromMs;
}

/** An idle CML host burns a few percent; each lab adds its share, and nothing is ever quite steady. */
function sample(instanceId: string, metric: string, atMs: number, labs: LedgerEntry[]): number {
  const noise = chance(`${instanceId}/${metric}/${atMs}`);
  const load = labs.reduce((sum, lab) => sum + 1 + nodesOf(lab) / 4, 0);
  if (metric === 'CPUUtilization') return Math.min(100, 1.5 + 2 * noise + load * (3 + noise));
  const idleBytes = metric === 'NetworkIn' ? 40_000 : 55_000;
  return Math.round(idleBytes * (0.8 + 0.4 * noise) * (1 + load * 3));
}

function nodesOf(lab: LedgerEntry): number {
  const nodes = Number(lab.detail['nodes'] ?? lab.detail['nodeCount'] ?? 4);
  return Number.isFinite(nodes) ? nodes : 4;
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
