import type { SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import type { Caller } from './caller.ts';

/** Where in the fleet something is: a worker, a template, or what is on a worker. */
export interface Place {
  region: string | undefined;
  /** Those of the worker's template; undefined where it is not on a worker yet. */
  tags: readonly string[] | undefined;
}

/** Parts of the fleet that a caller sees, each enough by itself. */
export type Sight = readonly Part[];
type Part = Pick<SystemSettingsValues['visibility'][number], 'regions' | 'tags'>;

/**
 * The part of the fleet that the caller's groups see; undefined for all of it: admins, the system's own services,
 * and whoever is in no group that the setting speaks of.
 */
export function sightOf(caller: Caller, visibility: SystemSettingsValues['visibility']): Sight | undefined {
  if (visibility.length === 0 || caller.roles.some((role) => role === 'admin' || role === 'controller'))
    return undefined;
  const parts = visibility.filter(({ group }) => caller.groups?.includes(group));
  return parts.length > 0 ? parts : undefined;
}

/** Whether that place is in sight. What is nowhere yet is; only what is elsewhere is not. */
export function inSight(sight: Sight | undefined, place: Place | undefined): boolean {
  if (!sight || !place) return true;
  return sight.some(
    ({ regions, tags }) =>
      (!regions || place.region === undefined || regions.includes(place.region)) &&
      (!tags || place.tags === undefined || tags.some((tag) => place.tags?.includes(tag))),
  );
}
