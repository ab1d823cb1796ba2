import { Refusal } from '@lcm/core/domain/refusal.ts';
import { afterAll, describe, expect, test } from 'vitest';
import { jqEvaluator } from './jq-evaluator.ts';

const jq = jqEvaluator();
afterAll(() => jq.close());

const never = new AbortController().signal;
const value = (expression: string, scope: Record<string, unknown> = {}) =>
  jq.evaluate(expression, scope, never);
const refusal = async (expression: string, by = jq) => {
  const error = await by.evaluate(expression, { x: 1 }, never).catch((thrown: unknown) => thrown);
  if (!(error instanceof Refusal)) throw new Error(`no refusal: ${JSON.stringify(error)}`);
  return `${error.code} ${error.message}`;
};

describe('an expression', () => {
  test.each<[string, unknown]>([
    ['.session.status == "READY" and (.worker | not)', true],
    ['.steps.ports.count - 1', 2],
    ['.nothing.at.all', null],
    ['empty', null],
    ['.session.tags[]', 'a\nb'],
    ['.session', { status: 'READY', tags: ['a\nb', 'c'] }],
    ['def twice: . * 2; .steps.ports.count | twice', 6],
    ['"it\'s" | @sh', "'it'\\''s'"],
    ['- .steps.ports.count', -3],
    ['true # and a comment', true],
    ['1, error("later")', 1],
  ])('%s gives its first output', async (expression, expected) => {
    const session = { status: 'READY', tags: ['a\nb', 'c'] };
    const scope = { session, worker: null, steps: { ports: { count: 3 } } };
    expect(await value(expression, scope)).toEqual(expected);
  });

  test.each([
    ['.a ==', /^rule jq: error: syntax error, unexpected end of file/],
    ['', /Top-level program not given/],
    ['error("because of this")', /^rule jq: error: because of this$/],
    ['.x | keys', /number \(1\) has no keys/],
    ['"told" | halt_error', /^rule told$/],
    ['true\0 or this', /NUL/],
    [`"${'x'.repeat(4_000)}"`, /4000 characters at most, not 4002/],
  ])('that is wrong is refused in plain words: %.40s', async (expression, words) => {
    expect(await refusal(expression)).toMatch(words);
  });

  test('sees nothing of the machine', async () => {
    process.env['LCM_TEST_SECRET'] = 'told to nobody';
    expect(JSON.stringify(await value('[env, $ENV]'))).not.toContain('told to nobody');
    delete process.env['LCM_TEST_SECRET'];
    expect(await value('try input catch "no more input"')).toBe('no more input');
    expect(await refusal('import "/etc/passwd" as $p; $p')).toContain('module not found');
    expect(await refusal('include "x"; .')).toContain('module not found');
    expect(await refusal('$__prog_args')).toContain('not defined');
    expect(await refusal('--version')).not.toContain('jq-1');
    expect(await refusal('--rawfile')).toContain('rawfile');
    expect(await value('input_filename')).toBe('/dev/stdin');
  });

  test('over too much, or that gives too much, is refused', async () => {
    await expect(value('.', { much: 'ä'.repeat(500_000) })).rejects.toThrow('1000000 bytes at most');
    expect(await refusal('"x" * 2e6')).toContain('1000000 characters of JSON at most, not 2000002');
    expect(await value('.much | length', { much: 'ä'.repeat(499_000) })).toBe(499_000);
  });
});

describe('an expression without end', () => {
  test.each(['def f: f; f', '[range(1e12)] | length', 'last(range(1e12))', 'repeat("x" * 100000)'])(
    'is ended at its deadline, and the next is answered: %s',
    async (expression) => {
      const hasty = jqEvaluator({ deadlineMs: 200 });
      expect(await refusal(expression, hasty)).toMatch(/^rule the expression was not done within 200 ms/);
      expect(await hasty.evaluate('.x', { x: 2 }, never)).toBe(2);
      await hasty.close();
    },
    30_000,
  );

  test('blocks nobody meanwhile', async () => {
    const hasty = jqEvaluator({ deadlineMs: 300 });
    await hasty.evaluate('.', {}, never);
    let turns = 0;
    let over = false;
    const refused = refusal('def f: f; f', hasty).finally(() => {
      over = true;
    });
    while (!over) {
      await new Promise((resolve) => setImmediate(resolve));
      turns++;
    }
    expect(await refused).toContain('300 ms');
    expect(turns).toBeGreaterThan(50);
    await hasty.close();
  });

  test.each([
    'def f: 1 + f; f',
    '"x" * 1e9 | length',
    'reduce range(100000) as $i (0; [.]) | tojson | length',
  ])(
    'of its memory breaks down alone: %s',
    async (expression) => {
      const roomy = jqEvaluator({ deadlineMs: 20_000 });
      expect(await refusal(expression, roomy)).toMatch(/^rule jq broke down/);
      expect(await roomy.evaluate('.x', { x: 2 }, never)).toBe(2);
      await roomy.close();
    },
    30_000,
  );

  test('whose value fills the heap takes nobody with it', async () => {
    const narrow = jqEvaluator({ deadlineMs: 20_000, memoryMb: 16 });
    expect(await refusal('[limit(330000; repeat({}))]', narrow)).toContain('more than it may of memory');
    expect(await narrow.evaluate('.x', { x: 2 }, never)).toBe(2);
    await narrow.close();
  }, 30_000);
});

describe('many at once', () => {
  test('have each their own answer, also beside some that fail', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? refusal(`error("${i}")`) : value('.i * 2', { i }))),
    );
    expect(answers).toEqual(
      Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? `rule jq: error: ${i}` : i * 2)),
    );
  });

  test('wait in vain for none that is no longer wanted', async () => {
    const patient = jqEvaluator({ deadlineMs: 60_000 });
    const [running, queued] = [new AbortController(), new AbortController()];
    const endless = patient.evaluate('def f: f; f', {}, running.signal);
    const waiting = patient.evaluate('1', {}, queued.signal);
    const third = patient.evaluate('3', {}, never);
    queued.abort(new Error('not any more'));
    await expect(waiting).rejects.toThrow('not any more');
    running.abort(new Error('enough'));
    await expect(endless).rejects.toThrow('enough');
    expect(await third).toBe(3);
    await patient.close();
  });

  test('are refused once it is closed, the one under way too', async () => {
    const closed = jqEvaluator({ deadlineMs: 60_000 });
    const endless = expect(closed.evaluate('def f: f; f', {}, never)).rejects.toThrow('the system stops');
    await closed.close();
    await endless;
    await expect(closed.evaluate('1', {}, never)).rejects.toThrow('the system stops');
  });
});
