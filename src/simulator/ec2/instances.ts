import type { World } from '../world.ts';
import type { Addresses } from './addresses.ts';
import { type Change, type Instance, isForgotten, stateOf } from './instance.ts';
import { findInstanceType } from './instance-types.ts';
import { newResourceId } from './resource-id.ts';

/** What a launch decides about an instance; the rest follows. */
type LaunchSpec = Omit<
  Instance,
  | 'id'
  | 'reservationId'
  | 'launchIndex'
  | 'order'
  | 'launchedAtMs'
  | 'visibleFromMs'
  | 'privateAddress'
  | 'publicAddress'
  | 'change'
  | 'cmlReadyAtMs'
  | 'stateReason'
>;

/** The instances of all regions. Whoever calls has checked that the change is allowed. */
export interface Instances {
  /** All that are not yet forgotten, in order of launch. */
  list(): Instance[];
  find(id: string): Instance | undefined;
  launch(spec: LaunchSpec, count: number): Instance[];
  start(id: string): void;
  stop(id: string): void;
  terminate(id: string): void;
  /** Ends an instance at once and by itself, as a failing host does. */
  kill(id: string): void;
  retag(id: string, tags: Record<string, string>): void;
  /**
   * Shows the listener every instance there is, and again each one that was told to change, has changed, or
   * whose CML is ready.
   */
  watch(listener: (instance: Instance) => void): void;
  /** Stops all waiting; what was under way goes on when the state is opened again. */
  close(): void;
}

/**
 * Opens the instances kept in the world's state and goes on with what was under way.
 * @param visibilityLagMs how long Describe does not see a fresh instance
 */
export function openInstances(world: World, addresses: Addresses, visibilityLagMs: number): Instances {
  const { clock, random, ledger, delays, state } = world;
  const stored = state.collection<Instance>('ec2-instances');
  const waiting = new Map<string, () => void>();
  const listeners: ((instance: Instance) => void)[] = [];
  let order = Math.max(0, ...stored.values().map((instance) => instance.order));

  const save = (instance: Instance) => {
    stored.put(instance.id, instance);
    settle(instance.id);
  };

  /** Does what follows from a completed change, tells the listeners, and waits for the next moment. */
  const settle = (id: string) => {
    waiting.get(id)?.();
    waiting.delete(id);
    let instance = stored.get(id);
    if (!instance) return;
    const now = clock.now();
    if (!instance.change.settled && now >= instance.change.doneAtMs) {
      const { to, doneAtMs } = instance.change;
      instance = { ...instance, change: { ...instance.change, settled: true } };
      if (to !== 'running') ledger.close('instance', id, doneAtMs);
      if (to === 'terminated') addresses.release(instance.privateAddress);
      stored.put(id, instance);
    }
    for (const listener of listeners) listener(instance);
    const next = nextMoment(instance, now);
    if (next !== undefined)
      waiting.set(
        id,
        clock.after(waitMs(next - now), () => settle(id)),
      );
  };

  const changeTo = (to: Change['to'], delayMs: number): Change => {
    const askedAtMs = clock.now();
    return { to, askedAtMs, doneAtMs: askedAtMs + delayMs, settled: false };
  };

  const priceOf = (type: string) => findInstanceType(type)?.pricePerHourUsd ?? 0;

  /** Brings an instance up: it is paid for from now on and gets an address in the outside world. */
  const bringUp = (instance: Omit<Instance, 'change' | 'cmlReadyAtMs' | 'publicAddress' | 'stateReason'>) => {
    const { id, type, region, tags } = instance;
    const name = tags['Name'];
    ledger.open('instance', id, { type, region, ...(name ? { name } : {}) }, priceOf(type));
    const change = changeTo('running', delays.instanceBootMs);
    const publicAddress = addresses.takePublic();
    save({ ...instance, publicAddress, change, cmlReadyAtMs: change.doneAtMs + delays.cmlBootMs });
  };

  /** Takes an instance down; the address in the outside world is lost with it. */
  const takeDown = (id: string, change: Change, stateReason: Instance['stateReason']) => {
    const instance = stored.get(id);
    if (!instance) return;
    const { publicAddress, stateReason: _, ...rest } = instance;
    if (publicAddress) addresses.release(publicAddress);
    save({ ...rest, change, ...(stateReason && { stateReason }) });
  };

  for (const instance of stored.values()) settle(instance.id);

  return {
    list: () => {
      const now = clock.now();
      for (const instance of stored.values()) {
        if (!instance.change.settled && now >= instance.change.doneAtMs) settle(instance.id);
        if (isForgotten(instance, now)) stored.delete(instance.id);
      }
      return stored.values().sort((a, b) => a.order - b.order);
    },
    find: (id) => stored.get(id),
    launch: (spec, count) => {
      const reservationId = newResourceId('r', random);
      const now = clock.now();
      const ids: string[] = [];
      for (let launchIndex = 0; launchIndex < count; launchIndex++) {
        let id = newResourceId('i', random);
        while (stored.get(id)) id = newResourceId('i', random);
        ids.push(id);
        bringUp({
          ...spec,
          id,
          reservationId,
          launchIndex,
          order: ++order,
          launchedAtMs: now,
          visibleFromMs: now + visibilityLagMs,
          privateAddress: addresses.takePrivate(),
        });
      }
      return ids.flatMap((id) => stored.get(id) ?? []);
    },
    start: (id) => {
      const instance = stored.get(id);
      if (!instance) return;
      const { stateReason: _, ...rest } = instance;
      bringUp({ ...rest, launchedAtMs: clock.now() });
    },
    stop: (id) => takeDown(id, changeTo('stopped', delays.instanceStopMs), byUser),
    terminate: (id) => takeDown(id, changeTo('terminated', delays.instanceStopMs), byUser),
    kill: (id) => takeDown(id, changeTo('terminated', 0), byHost),
    retag: (id, tags) => {
      const instance = stored.get(id);
      if (instance) stored.put(id, { ...instance, tags });
    },
    watch: (listener) => {
      listeners.push(listener);
      for (const instance of stored.values()) listener(instance);
    },
    close: () => {
      for (const cancel of waiting.values()) cancel();
      waiting.clear();
    },
  };
}

const byUser = {
  code: 'Client.UserInitiatedShutdown',
  message: 'Client.UserInitiatedShutdown: User initiated shutdown',
};
const byHost = {
  code: 'Server.InternalError',
  message: 'Server.InternalError: The host of the instance failed',
};

/** Node's timers may fire a little early, and take no more than 31 bits of milliseconds. */
const waitMs = (ms: number) => Math.min(Math.max(1, ms), 2 ** 31 - 1);

function nextMoment(instance: Instance, nowMs: number): number | undefined {
  if (!instance.change.settled) return instance.change.doneAtMs;
  if (stateOf(instance, nowMs) === 'running' && nowMs < instance.cmlReadyAtMs) return instance.cmlReadyAtMs;
  return undefined;
}
