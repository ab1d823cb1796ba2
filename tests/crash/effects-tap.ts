import { AsyncLocalStorage } from 'node:async_hooks';
import type { Fetch } from '@lcm/core/api/client.ts';
import type { Change } from '@lcm/core/spi/state-store.ts';
import type { Service, Tap } from '../e2e/virtual-life.ts';
import { effectOfCommit, effectOfRequest } from './effect.ts';
import { actorOf, filesOnStack } from './trail.ts';

/** Where a process may die: somebody has an effect on something that outlives the process. */
export interface CrashPoint {
  service: Service;
  /** The step, aspect or command that acts. */
  actor: string;
  /** What it does, e.g. `LDS POST /reservations/v3/lab_session`. */
  effect: string;
}

/** When it dies: before the effect, after it but before its answer, or with the answer but before anything is written. */
export type Moment = 'before' | 'after' | 'unrecorded';

/** What watches the effects. */
export interface Fate {
  /** When to die at this point; undefined to live on. */
  at(point: CrashPoint): Moment | undefined;
  /** kill -9, now. */
  die(): void;
  /** A service was given an operation of that name on the outside, e.g. `lds.create`; or it calls one. */
  offered?(operation: string): void;
  called?(operation: string): void;
}

/** Who calls through an interface, for the requests that its adapter makes. */
interface Caller {
  service: Service;
  actor: string;
}

/** Calls that have an effect without a request of their own. */
const EFFECTS: Readonly<Record<string, (input: readonly unknown[]) => string>> = {
  'content.put': () => 'content put',
  'consoles.run': () => 'console run',
  'store.commit': ([changes]) => effectOfCommit(changes as readonly Change[]),
  'store.saveCursor': ([reader]) => `place of ${reader} in the log`,
};

/** Sees every effect of the services, tells who has it, and has the process die at it where fate wants that. */
export function effectsTap(fate: Fate): Tap {
  const callers = new AsyncLocalStorage<Caller | undefined>();
  let isDoomed = false;

  const effect = async <T>(point: CrashPoint, act: () => Promise<T>): Promise<T> => {
    const moment = isDoomed ? 'before' : fate.at(point);
    if (moment === undefined) return act();
    isDoomed = false;
    if (moment === 'before') {
      fate.die();
      return new Promise(() => {});
    }
    try {
      return await act();
    } finally {
      if (moment === 'after') fate.die();
      else isDoomed = true;
    }
  };

  const call = (service: Service, path: string, input: readonly unknown[], ask: () => unknown): unknown => {
    const files = filesOnStack();
    fate.called?.(path);
    // The control plane writes for whoever has asked it to.
    const known = callers.getStore();
    const caller = service === 'control-plane-api' && known ? known : { service, actor: actorOf(files) };
    const describe = EFFECTS[path];
    if (!describe) return callers.run(caller, ask);
    const point = { ...caller, effect: describe(input) };
    return effect(point, async () => ask());
  };

  const between = <T extends object>(service: Service, path: string, thing: T): T => {
    for (const [name, member] of Object.entries(thing))
      if (typeof member === 'function' && !path.startsWith('client')) fate.offered?.(`${path}.${name}`);
    return new Proxy(thing, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        const inner = `${path}.${String(name)}`;
        if (typeof member === 'object' && member !== null) return between(service, inner, member);
        if (typeof member !== 'function') return member;
        return (...input: unknown[]) => call(service, inner, input, () => member.apply(target, input));
      },
    });
  };

  const web = (service: Service, ask: Fetch): Fetch => {
    return async (url, init) => {
      const caller = callers.getStore() ?? { service, actor: 'service' };
      const what = effectOfRequest(url, init);
      // The world's own doings are nobody's here.
      const go = () => callers.exit(() => ask(url, init));
      return what === undefined ? go() : effect({ ...caller, effect: what }, go);
    };
  };
  return { between, web };
}
