import type { World } from '../world.ts';
import type { CapacityControl } from './capacity.ts';
import { Ec2Error } from './errors.ts';
import type { Instance } from './instance.ts';
import type { Instances } from './instances.ts';
import type { Query } from './query.ts';
import type { XmlValue } from './xml.ts';

/** What EC2's actions work on. */
export interface Ec2World {
  world: World;
  instances: Instances;
  capacity: CapacityControl;
}

/** One call of an action, in one region. */
export interface Ec2Call {
  query: Query;
  region: string;
  ec2: Ec2World;
}

/** Carries an action out and gives the fields of its answer. @throws Ec2Error */
export type Ec2Action = (call: Ec2Call) => { [name: string]: XmlValue };

/** Everything that was launched in the call's region, seen by Describe or not. */
export function instancesHere({ ec2, region }: Ec2Call): Instance[] {
  return ec2.instances.list().filter((instance) => instance.region === region);
}

/**
 * The instances of the call's region with those ids.
 * @throws InvalidInstanceID.Malformed, InvalidInstanceID.NotFound
 */
export function instancesNamed(ids: string[], instances: Instance[]): Instance[] {
  const byId = new Map(instances.map((instance) => [instance.id, instance]));
  const malformed = ids.find((id) => !/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id));
  if (malformed) throw new Ec2Error('InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`);
  const unknown = ids.filter((id) => !byId.has(id));
  if (unknown.length > 0) {
    const what = unknown.length === 1 ? `ID '${unknown[0]}' does` : `IDs '${unknown.join(', ')}' do`;
    throw new Ec2Error('InvalidInstanceID.NotFound', `The instance ${what} not exist`);
  }
  return [...new Set(ids)].flatMap((id) => byId.get(id) ?? []);
}

/** @throws DryRunOperation where the caller only asked whether it might */
export function refuseDryRun(query: Query): void {
  if (!query.flag('DryRun')) return;
  throw new Ec2Error('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
}
