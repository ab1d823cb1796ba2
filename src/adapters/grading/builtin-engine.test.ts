import { rubric } from '@lcm/core/domain/rubric.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { type BuiltinEngine, builtinEngine } from './builtin-engine.ts';

const never = new AbortController().signal;
const rules = (regex: string) =>
  rubric.parse({
    cutScore: 1,
    items: [{ id: 'one', description: 'it', points: 1, checks: [{ source: 'config:R1', regex }] }],
  });
const evidence = { 'config:R1': `hostname R1 ${'a'.repeat(40)}!` };

let engine: BuiltinEngine | undefined;
afterEach(async () => engine?.close());

describe('the built-in engine', () => {
  test('grades at once', async () => {
    engine = builtinEngine();
    const result = await engine.submit({ reference: 'g-1', rubric: rules('^hostname R1'), evidence }, never);
    expect(result).toMatchObject({ status: 'done', gradingId: 'g-1', score: { score: 1, passed: true } });
  });

  test('gives up on a pattern without end, blocks nobody meanwhile, and goes on with the next', async () => {
    engine = builtinEngine(300);
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 10);
    const endless = await engine.submit({ reference: 'g-1', rubric: rules('(a+)+$'), evidence }, never);
    clearInterval(ticking);
    expect(endless).toMatchObject({ status: 'failed', retryPossible: false });
    expect(ticks).toBeGreaterThan(3);
    const next = await engine.submit({ reference: 'g-2', rubric: rules('hostname'), evidence }, never);
    expect(next.status).toBe('done');
  });

  test('fails on a pattern that is none', async () => {
    engine = builtinEngine();
    const result = await engine.submit({ reference: 'g-1', rubric: rules('('), evidence }, never);
    expect(result).toMatchObject({ status: 'failed', message: expect.stringContaining('Unterminated') });
  });

  test('answers many who ask at once, each with his own', async () => {
    engine = builtinEngine();
    const built = engine;
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        built.submit(
          { reference: `g-${index}`, rubric: rules(index % 2 ? 'hostname' : 'absent'), evidence },
          never,
        ),
      ),
    );
    const passed = results.map((result) => result.status === 'done' && result.score.passed);
    expect(passed).toEqual(results.map((_, index) => index % 2 === 1));
  });
});
