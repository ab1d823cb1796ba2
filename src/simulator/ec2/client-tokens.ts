import { createHash } from 'node:crypto';
import type { World } from '../world.ts';
import { Ec2Error } from './errors.ts';
import { type Instance, stateOf } from './instance.ts';
import type { Instances } from './instances.ts';
import type { Query } from './query.ts';

/** What EC2 remembers of a launch with a client token. */
interface RememberedLaunch {
  fingerprint: string;
  instanceIds: string[];
  atMs: number;
}

/**
 * The launches by client token. A token is honoured within `scope`, which is an availability zone, or a region
 * where the call named neither zone nor subnet ("Ensuring idempotency in Amazon EC2 API requests").
 */
export function clientTokens(world: World, instances: Instances) {
  const stored = world.state.collection<RememberedLaunch>('ec2-client-tokens');
  const keyOf = (scope: string, token: string) => `${scope}/${token}`;
  return {
    /**
     * What an earlier launch with that token made, if there was one.
     * @throws IdempotentParameterMismatch where the other parameters differ
     * @throws IdempotentInstanceTerminated where nothing is left of what it made
     */
    find: (scope: string, token: string, query: Query): Instance[] | undefined => {
      const earlier = stored.get(keyOf(scope, token));
      if (!earlier) return undefined;
      const now = world.clock.now();
      const made = earlier.instanceIds.flatMap((id) => instances.find(id) ?? []);
      if (made.length === 0 && now >= earlier.atMs + rememberedForMs) return undefined;
      if (earlier.fingerprint !== fingerprint(query)) {
        const message = `Arguments on this idempotent request are inconsistent with those of the token ${token}`;
        throw new Ec2Error('IdempotentParameterMismatch', message);
      }
      if (made.every((instance) => stateOf(instance, now) === 'terminated')) {
        const message = `The instances of the request with the client token ${token} have been terminated`;
        throw new Ec2Error('IdempotentInstanceTerminated', message);
      }
      return made;
    },
    remember: (scope: string, token: string, query: Query, made: Instance[]): void => {
      const instanceIds = made.map((instance) => instance.id);
      stored.put(keyOf(scope, token), {
        fingerprint: fingerprint(query),
        instanceIds,
        atMs: world.clock.now(),
      });
    },
  };
}

/** A token whose instances are gone is forgotten a day after the launch. */
const rememberedForMs = 24 * 3_600_000;

/** All that must be the same when a call is repeated. */
function fingerprint(query: Query): string {
  const parameters = query.entries().filter(([name]) => name !== 'ClientToken');
  return createHash('sha256').update(JSON.stringify(parameters)).digest('hex');
}
