import { type Allowance, heldAmount } from '../domain/allowance.ts';
import type { SchedulingReason } from '../domain/scheduling-reason.ts';
import type { SystemSettingsValues } from '../domain/settings.ts';
import type { WorkerTemplate } from '../domain/worker-template.ts';

/** By what the fleet may grow. */
export interface Growth {
  templates: readonly WorkerTemplate[];
  /** Why no worker of the template can be made now, as far as is known; the allowances have the last word. */
  blocked: (template: WorkerTemplate) => SchedulingReason | undefined;
  /** Counts one more worker of the template as made. */
  count: (template: WorkerTemplate) => void;
}

/** A fleet that stays as it is. */
export const NO_GROWTH: Growth = { templates: [], blocked: () => undefined, count: () => {} };

/** Growth within region maxima and licence pools. A pool that nobody has limited has no bound. */
export function growthWithin(
  templates: readonly WorkerTemplate[],
  allowances: readonly Allowance[],
  settings: SystemSettingsValues,
): Growth {
  const byId = new Map(allowances.map((one) => [one.id, one]));
  const taken = new Map(allowances.map((one) => [one.id, heldAmount(one)]));
  const full = (id: string, limit: number | null | undefined): boolean =>
    limit !== null && limit !== undefined && (taken.get(id) ?? 0) >= limit;
  return {
    templates,
    blocked: ({ region, licenceType }) => {
      const most = settings.maxWorkersPerRegion;
      if (full(`workers/${region}`, most)) return regionFull(region, most);
      const pool = `licences/${licenceType}`;
      const seats = settings.licencePools[licenceType] ?? byId.get(pool)?.limit;
      return full(pool, seats) ? noSeats(licenceType, seats ?? 0) : undefined;
    },
    count: ({ region, licenceType }) => {
      for (const id of [`workers/${region}`, `licences/${licenceType}`])
        taken.set(id, (taken.get(id) ?? 0) + 1);
    },
  };
}

/** The reason for a worker that an allowance refused. @param id the allowance, such as `workers/us-east-1` */
export function refusedBy(id: string, limit: number): SchedulingReason {
  const name = id.slice(id.indexOf('/') + 1);
  return id.startsWith('licences/') ? noSeats(name, limit) : regionFull(name, limit);
}

const regionFull = (region: string, limit: number): SchedulingReason => ({
  code: 'QuotaExceeded',
  message: `Region ${region} has its maximum of ${limit} workers: raise maxWorkersPerRegion or end sessions there.`,
});

const noSeats = (licence: string, limit: number): SchedulingReason => ({
  code: 'NoLicenceSeats',
  message: `All ${limit} seats of the ${licence} licence pool are taken: add seats or give some back.`,
});
