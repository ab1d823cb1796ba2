import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { addFaultHooks } from './fault-hooks.ts';
import { type FaultPlan, noFaults, openFaults } from './faults.ts';
import { openSimulatorState } from './state.ts';

/** A counter as a service: the count is its effect, and tells whether a request had one. */
function faultyCounter(plan: FaultPlan) {
  const clock = new VirtualClock();
  const state = openSimulatorState(':memory:');
  const faults = openFaults(state, plan);
  const app = Fastify();
  const counter = { count: 0 };
  addFaultHooks(app, { service: 'lds', faults, clock, spares: (url) => url.startsWith('/page') });
  app.post('/count', async () => ({ count: ++counter.count }));
  app.post('/page', async () => ({ count: ++counter.count }));
  const ask = async (path = '/count') => {
    try {
      return (await app.inject({ method: 'POST', url: path })).statusCode;
    } catch {
      return 'reset';
    }
  };
  return { clock, state, faults, app, counter, ask };
}

const always = (rates: FaultPlan['services']['lds']): FaultPlan => ({
  seed: 1,
  services: { lds: rates ?? {} },
});

describe('a fault plan', () => {
  it('lets everything pass where it names nothing', async () => {
    const { ask, counter } = faultyCounter(noFaults);
    for (let count = 0; count < 20; count++) expect(await ask()).toBe(200);
    expect(counter.count).toBe(20);
  });

  it('answers 5xx without an effect', async () => {
    const { ask, counter } = faultyCounter(always({ error: 1 }));
    expect([500, 503]).toContain(await ask());
    expect(counter.count).toBe(0);
  });

  it('resets the connection before the effect or after it', async () => {
    const before = faultyCounter(always({ resetBefore: 1 }));
    expect(await before.ask()).toBe('reset');
    expect(before.counter.count).toBe(0);
    const after = faultyCounter(always({ resetAfter: 1 }));
    expect(await after.ask()).toBe('reset');
    expect(after.counter.count).toBe(1);
  });

  it('leaves a request without an answer that has had its effect', async () => {
    const { ask, counter } = faultyCounter(always({ noAnswer: 1 }));
    const answer = ask();
    await expect.poll(() => counter.count).toBe(1);
    expect(await Promise.race([answer, 'nothing'])).toBe('nothing');
  });

  it('delays on the clock that it is given', async () => {
    const { ask, clock } = faultyCounter(always({ latency: 1, latencyMs: 5_000 }));
    const answer = ask();
    const started = clock.now();
    await clock.until(async () => (await Promise.race([answer, 'waiting'])) !== 'waiting', 5_001);
    expect(clock.now()).toBeGreaterThan(started);
  });

  it('spares what people look at', async () => {
    const { ask } = faultyCounter(always({ error: 1 }));
    expect(await ask('/page')).toBe(200);
  });

  it('repeats itself with the same seed, and not with another', () => {
    const outcomes = (seed: number) => {
      const { faults } = faultyCounter({ seed, services: { lds: { error: 0.3, resetAfter: 0.3 } } });
      return Array.from({ length: 50 }, () => faults.nextRequest('lds').outcome).join();
    };
    expect(outcomes(1)).toBe(outcomes(1));
    expect(outcomes(1)).not.toBe(outcomes(2));
  });

  it('gives each service luck of its own', () => {
    const rates = { error: 0.5 };
    const plan = { seed: 1, services: { lds: rates, ec2: rates } };
    const draw = (between: () => void, { faults } = faultyCounter(plan)) =>
      Array.from({ length: 20 }, () => {
        between();
        return faults.nextRequest('lds').outcome;
      });
    const busy = faultyCounter(plan);
    const disturbed = draw(() => busy.faults.nextRequest('ec2'), busy);
    expect(disturbed).toEqual(draw(() => undefined));
  });

  it('happens about as often as it says', () => {
    const { faults } = faultyCounter(always({ error: 0.2, eventLost: 0.1, eventDoubled: 0.3 }));
    const requests = Array.from({ length: 2_000 }, () => faults.nextRequest('lds').outcome);
    expect(requests.filter((outcome) => outcome === 'error').length / 2_000).toBeCloseTo(0.2, 1);
    const events = Array.from({ length: 2_000 }, () => faults.nextEvent('lds'));
    expect(events.filter(({ copies }) => copies === 0).length / 2_000).toBeCloseTo(0.1, 1);
    expect(events.filter(({ copies }) => copies === 2).length / 2_000).toBeCloseTo(0.3, 1);
  });

  it('is remembered', () => {
    const { faults, state } = faultyCounter(noFaults);
    faults.setPlan(always({ error: 1 }));
    expect(openFaults(state, noFaults).plan()).toEqual(always({ error: 1 }));
  });
});
