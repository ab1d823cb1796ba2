import type { Dimension } from '../domain/resources.ts';
import { REASONS, type ReasonCode, type SchedulingReason } from '../domain/scheduling-reason.ts';
import { capacityOf } from '../domain/worker-template.ts';
import { CHECKED } from './amounts.ts';
import { REFUSALS, type RefusalName } from './filters.ts';
import type { Fleet } from './fleet.ts';
import type { PlacementRequest } from './request.ts';
import type { TemplateChoice } from './templates.ts';
import { amountOf, counted } from './words.ts';

/** What is known when no worker fits and the fleet cannot grow for the request either. */
export interface Stuck {
  request: PlacementRequest;
  fleet: Fleet;
  /** How many workers were refused, by index in `REFUSALS`. */
  refused: Uint32Array;
  templates: TemplateChoice;
  /** Why templates that would fit cannot be used now. */
  blocked: readonly SchedulingReason[];
}

/** Why nothing can be done, in words a person can act on. */
export function stuckReason(stuck: Stuck): SchedulingReason {
  // A worker that will be made, only not yet: what the others lack does not matter then.
  const delayed = stuck.blocked.find(({ code }) => code === 'WaitingForWorker');
  if (delayed) return delayed;
  const reasons = [...growthReasons(stuck), ...workerReasons(stuck)];
  return topReason(reasons) ?? { code: 'NoCapacity', message: 'There is no worker, and none can be made.' };
}

/** The reason that is shown: the first in the order of the vocabulary. */
function topReason(reasons: readonly SchedulingReason[]): SchedulingReason | undefined {
  const place = (reason: SchedulingReason) => REASONS.indexOf(reason.code);
  return [...reasons].sort((one, other) => place(one) - place(other))[0];
}

function growthReasons({ request, fleet, refused, templates, blocked }: Stuck): SchedulingReason[] {
  if (templates.fitting.length > 0) return [...blocked];
  const possible = CHECKED.some((dimension) => (refused[REFUSALS.indexOf(dimension)] ?? 0) > 0);
  // A worker that would do if it were less full matters more than templates that would not do.
  if (possible && someWorkerWouldDo(request, fleet)) return [];
  const missing = missingDefinitions(
    stuckOn('nodeDefinitions', refused, templates),
    request,
    fleet,
    templates,
  );
  return missing ? [missing] : [noTemplate(request, templates)];
}

/** Whether the lab would fit on a worker that is there, were it empty. */
function someWorkerWouldDo({ need }: PlacementRequest, fleet: Fleet): boolean {
  return fleet.candidates.some(
    ({ placeable, capacity }) =>
      placeable && CHECKED.every((one) => (one === 'sessions' ? 1 : need[one]) <= capacity[one]),
  );
}

function stuckOn(refusal: RefusalName, refused: Uint32Array, { misses }: TemplateChoice): boolean {
  return (refused[REFUSALS.indexOf(refusal)] ?? 0) > 0 || misses.some((miss) => miss.refusal === refusal);
}

function missingDefinitions(
  applies: boolean,
  request: PlacementRequest,
  fleet: Fleet,
  { misses }: TemplateChoice,
): SchedulingReason | undefined {
  if (!applies) return undefined;
  const offers = [
    ...fleet.traits.all.map((trait) => trait.nodeDefinitions),
    ...misses.map(({ template }) => template.nodeDefinitions && new Set(template.nodeDefinitions)),
  ];
  const lacks = offers
    .flatMap((has) => (has ? [request.nodeDefinitions.filter((wanted) => !has.has(wanted))] : []))
    .filter((missing) => missing.length > 0)
    .sort((one, other) => one.length - other.length)[0];
  return {
    code: 'MissingNodeDefinition',
    message: `No worker and no template has all node definitions of the lab; the nearest lacks ${(lacks ?? []).slice(0, 5).join(', ')}. Add them to an image, or use another topology.`,
  };
}

/** Refusals of templates from the least to the most promising. */
const NEARNESS: readonly string[] = [
  'disabled',
  'region',
  'licence',
  'version',
  'nodeDefinitions',
  ...CHECKED,
];

function noTemplate(request: PlacementRequest, { misses }: TemplateChoice): SchedulingReason {
  const code = 'NoMatchingTemplate' satisfies ReasonCode;
  const nearest = [...misses].sort(
    (one, other) => NEARNESS.indexOf(other.refusal) - NEARNESS.indexOf(one.refusal),
  )[0];
  if (!nearest) return { code, message: 'There is no worker template: create one.' };
  const short = CHECKED.find((dimension) => dimension === nearest.refusal);
  if (short) {
    const most = Math.max(
      ...misses.filter((miss) => miss.refusal === short).map(({ template }) => capacityOf(template)[short]),
    );
    const wanted = short === 'sessions' ? 1 : request.need[short];
    return {
      code,
      dimension: short,
      message: `The lab needs ${amountOf(short, wanted)}; the largest template that would do otherwise has ${most}. Add a larger template, or make the lab smaller.`,
    };
  }
  const message = {
    disabled: 'All worker templates are disabled: enable one.',
    region: `No enabled worker template is for region ${request.region}.`,
    licence: `No enabled worker template has a licence of type ${request.licenceAffinity.join(' or ')}.`,
    version: `No enabled worker template has a CML version in the range ${rangeText(request)}.`,
  }[nearest.refusal as 'disabled' | 'region' | 'licence' | 'version'];
  return { code, message, dimension: nearest.refusal };
}

function rangeText({ cmlVersion: { min, max } }: PlacementRequest): string {
  return `${min ?? 'any'} to ${max ?? 'any'}`;
}

/** What keeps the workers that are suited from taking the session. */
function workerReasons({ request, refused }: Stuck): SchedulingReason[] {
  const count = (refusal: RefusalName) => refused[REFUSALS.indexOf(refusal)] ?? 0;
  const short = CHECKED.filter((dimension) => dimension !== 'ports' && count(dimension) > 0);
  if (short.length > 0) return [noCapacity(request, short, count)];
  if (count('ports') > 0) {
    const message = `${counted(count('ports'), 'suitable worker')} cannot give ${amountOf('ports', request.need.ports)} in that time: widen the port range or wait.`;
    return [{ code: 'PortsExhausted', message }];
  }
  if (count('admission') > 0) {
    const message = `${counted(count('admission'), 'worker')} would fit but takes no new sessions: undrain, or wait for another.`;
    return [{ code: 'AdmissionGated', message }];
  }
  return [];
}

function noCapacity(
  request: PlacementRequest,
  short: readonly Dimension[],
  count: (dimension: Dimension) => number,
): SchedulingReason {
  const dimension = [...short].sort((one, other) => count(other) - count(one))[0] ?? 'cpuCores';
  const wanted = dimension === 'sessions' ? 1 : request.need[dimension];
  return {
    code: 'NoCapacity',
    dimension,
    message: `${counted(count(dimension), 'suitable worker')} short of ${amountOf(dimension, wanted)} in that time: choose another time, or let the fleet grow.`,
  };
}
