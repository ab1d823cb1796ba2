import { builtinEngine } from '@lcm/adapters/grading/builtin-engine.ts';
import { externalEngine } from '@lcm/adapters/grading/external-engine.ts';
import { rubric } from '@lcm/core/domain/rubric.ts';
import { buildGradingEngine } from '@lcm/simulator/grading/engine.ts';
import { virtualWorld } from '@lcm/simulator/virtual-world.ts';
import type { InjectOptions } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';

const never = new AbortController().signal;
const rules = rubric.parse({
  domain: 'Routing',
  cutScore: 2,
  items: [
    {
      id: 'route',
      section: 'Routes',
      description: 'a route',
      points: 2,
      checks: [{ source: 'config:R1', regex: '^ip route', flags: ['multiline'] }],
    },
    {
      id: 'open',
      description: 'nothing shut',
      points: 0.5,
      checks: [{ source: 'config:R1', regex: 'shutdown', mode: 'negative', onFail: 'something is shut' }],
    },
  ],
});
const evidence = { 'config:R1': 'hostname R1\nip route 0.0.0.0\n shutdown' };

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function setUp(apiKey = 'key') {
  const world = virtualWorld();
  const app = buildGradingEngine(world, { apiKey: 'key', eventSinks: [] });
  closing.push(() => app.close());
  const engine = externalEngine({
    baseUrl: 'http://grading.test/grading',
    apiKey,
    clock: world.clock,
    fetch: async (url, init) => {
      const answer = await app.inject({
        method: init.method as NonNullable<InjectOptions['method']>,
        url: url.replace('http://grading.test', ''),
        headers: init.headers as Record<string, string>,
        ...(init.body ? { payload: String(init.body) } : {}),
      });
      return new Response(answer.body, { status: answer.statusCode });
    },
  });
  return { engine, app, world };
}

describe('the client of a grading engine', () => {
  test('hands evidence in and gets the score that the built-in engine gives too', async () => {
    const { engine, world } = setUp();
    const builtin = builtinEngine();
    closing.push(() => builtin.close());
    const submitted = await engine.submit({ reference: 'g-1', rubric: rules, evidence }, never);
    expect(submitted.status).toBe('working');
    await world.clock.advance(60_000);
    const external = await engine.result(submitted.gradingId);
    const own = await builtin.submit({ reference: 'g-1', rubric: rules, evidence }, never);
    expect(external).toMatchObject({ status: 'done', score: { score: 2, maxScore: 2.5, passed: true } });
    expect(external?.status === 'done' && external.score).toEqual(own.status === 'done' && own.score);
  });

  test('never makes two gradings of one reference', async () => {
    const { engine } = setUp();
    const first = await engine.submit({ reference: 'g-1', rubric: rules, evidence }, never);
    const again = await engine.submit({ reference: 'g-1', rubric: rules, evidence }, never);
    const other = await engine.submit({ reference: 'g-2', rubric: rules, evidence }, never);
    expect(again.gradingId).toBe(first.gradingId);
    expect(other.gradingId).not.toBe(first.gradingId);
  });

  test('tells of a grading that failed, and whether it may be tried again', async () => {
    const { engine, app, world } = setUp();
    await app.inject({ method: 'POST', url: '/grading/sim/next', payload: { fail: true } });
    const { gradingId } = await engine.submit({ reference: 'g-1', rubric: rules, evidence }, never);
    await world.clock.advance(60_000);
    expect(await engine.result(gradingId)).toMatchObject({ status: 'failed', retryPossible: true });
  });

  test('knows nothing of gradings that are not there', async () => {
    expect(await setUp().engine.result('none')).toBeUndefined();
  });

  test('says that its key is wrong', async () => {
    const { engine } = setUp('other');
    await expect(engine.result('g-1')).rejects.toMatchObject({ code: 'forbidden' });
  });
});
