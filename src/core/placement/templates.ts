import { licenceServes } from '../domain/resources.ts';
import { capacityOf, type WorkerTemplate } from '../domain/worker-template.ts';
import { CHECKED, roomUnits, wantedUnits } from './amounts.ts';
import type { RefusalName } from './filters.ts';
import type { PlacementRequest } from './request.ts';
import { versionInRange } from './version.ts';

/** Why a template cannot make a worker for the request. */
export type TemplateRefusal = Exclude<RefusalName, 'state' | 'late' | 'admission'> | 'disabled';

/** A template that does not fit, and the first thing that is wrong with it. */
export interface TemplateMiss {
  template: WorkerTemplate;
  refusal: TemplateRefusal;
}

export interface TemplateChoice {
  /** Templates whose workers would fit, cheapest first, then by name. */
  fitting: WorkerTemplate[];
  misses: TemplateMiss[];
}

/** The cheapest enabled template (cost per hour, then name) whose empty worker would fit the request. */
export function cheapestTemplate(
  request: PlacementRequest,
  templates: readonly WorkerTemplate[],
): WorkerTemplate | undefined {
  return chooseTemplates(request, templates).fitting[0];
}

/** Which templates would fit, and what is wrong with the others. */
export function chooseTemplates(
  request: PlacementRequest,
  templates: readonly WorkerTemplate[],
): TemplateChoice {
  const choice: TemplateChoice = { fitting: [], misses: [] };
  for (const template of templates) {
    const refusal = refusalOf(template, request);
    if (refusal === undefined) choice.fitting.push(template);
    else choice.misses.push({ template, refusal });
  }
  choice.fitting.sort(cheaper);
  return choice;
}

const cheaper = (one: WorkerTemplate, other: WorkerTemplate) =>
  one.costPerHourUsd - other.costPerHourUsd || (one.name < other.name ? -1 : 1);

function refusalOf(template: WorkerTemplate, request: PlacementRequest): TemplateRefusal | undefined {
  if (!template.enabled || template.deleted) return 'disabled';
  if (request.region !== undefined && template.region !== request.region) return 'region';
  if (!licenceServes(template.licenceType, request.licenceAffinity)) return 'licence';
  const { cmlVersion, nodeDefinitions } = template;
  if (cmlVersion !== undefined && !versionInRange(cmlVersion, request.cmlVersion)) return 'version';
  if (nodeDefinitions && !request.nodeDefinitions.every((wanted) => nodeDefinitions.includes(wanted)))
    return 'nodeDefinitions';
  const wanted = wantedUnits(request.need);
  const room = roomUnits(capacityOf(template), NO_FOREIGN);
  return CHECKED.find((_, dimension) => (wanted[dimension] ?? 0) > (room[dimension] ?? 0));
}

const NO_FOREIGN = { cpuCores: 0, memoryGb: 0, storageGb: 0, nodes: 0, ports: 0 };
