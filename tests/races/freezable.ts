import type { Clock } from '@lcm/core/spi/clock.ts';
import type { BusEvent, Lease, StateBus } from '@lcm/core/spi/state-bus.ts';

/**
 * A process that can be frozen in the middle of whatever it does, as by SIGSTOP or a machine that sleeps: no
 * timer of it fires, no call of it goes out and no answer comes in until it thaws. Time goes on meanwhile, and
 * so does what it had sent off before.
 */
export class Freezable {
  readonly clock: Clock;
  #frozen: { thawed: Promise<void>; thaw: () => void } | undefined;
  #late: (() => void)[] = [];

  constructor(clock: Clock) {
    this.clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (ms, callback) => {
        let cancelled = false;
        const fire = () => {
          if (cancelled) return;
          if (this.#frozen) this.#late.push(fire);
          else callback();
        };
        const cancel = clock.after(ms, fire);
        return () => {
          cancelled = true;
          cancel();
        };
      },
      sleep: async (ms, signal) => {
        await clock.sleep(ms, signal).finally(() => this.#awake());
      },
    };
  }

  get isFrozen(): boolean {
    return this.#frozen !== undefined;
  }

  freeze(): void {
    const { promise: thawed, resolve: thaw } = Promise.withResolvers<void>();
    this.#frozen ??= { thawed, thaw };
  }

  /** Everything that was held comes at once, timers first, in the order in which they were due. */
  thaw(): void {
    const thaw = this.#frozen?.thaw;
    this.#frozen = undefined;
    for (const fire of this.#late.splice(0)) fire();
    thaw?.();
  }

  /**
   * The thing as the process has it, at whatever depth: calls wait before they go out and before their answer.
   * @param onCall is told of each call, before it goes out and after its answer has come
   */
  holding<T extends object>(thing: T, onCall: (when: 'before' | 'after') => void = () => {}): T {
    return new Proxy(thing, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member === 'object' && member !== null) return this.holding(member, onCall);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]) => this.#held(() => Reflect.apply(member, target, given), onCall);
      },
      apply: (target, _this, given) => {
        const made: unknown = Reflect.apply(target as unknown as () => unknown, undefined, given);
        return typeof made === 'object' && made !== null ? this.holding(made, onCall) : made;
      },
    });
  }

  bus(inner: StateBus): StateBus {
    const held = <A>(call: () => Promise<A>) => this.#held(call, () => {});
    const awake = () => this.#awake();
    const leaseOf = (lease: Lease): Lease => ({
      id: lease.id,
      keepAlive: () => held(() => lease.keepAlive()),
      revoke: () => held(() => lease.revoke()),
    });
    return {
      get epoch() {
        return inner.epoch;
      },
      get: (key) => held(() => inner.get(key)),
      list: (prefix) => held(() => inner.list(prefix)),
      project: (key, value) => held(() => inner.project(key, value)),
      remove: (key, version) => held(() => inner.remove(key, version)),
      async *watch(prefix: string, after: number, signal: AbortSignal): AsyncGenerator<BusEvent[]> {
        for await (const batch of inner.watch(prefix, after, signal)) {
          await awake();
          yield batch;
        }
        await awake();
      },
      grantLease: (ttlMs) => held(async () => leaseOf(await inner.grantLease(ttlMs))),
      acquire: (key, holder, lease) => held(() => inner.acquire(key, holder, lease)),
      relinquish: (key, lease) => held(() => inner.relinquish(key, lease)),
      close: () => inner.close(),
    };
  }

  async #held<A>(call: () => Promise<A>, onCall: (when: 'before' | 'after') => void): Promise<A> {
    onCall('before');
    await this.#awake();
    try {
      return await call();
    } finally {
      onCall('after');
      await this.#awake();
    }
  }

  async #awake(): Promise<void> {
    while (this.#frozen) await this.#frozen.thawed;
  }
}
