import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './embedded.fixture.ts';
import { endSimulator, freePort, killLcm, runLcm, startLcm } from './process.fixture.ts';

const folder = temporaryFolder('demo');
afterAll(() => folder.remove());

describe('lcm demo', () => {
  it('tells each story to its end and says so in its last line', {
    timeout: 240_000,
  }, async ({ onTestFinished }) => {
    const started = systemClock.monotonic();
    const dataDir = join(folder.path, 'demo');
    const demo = startLcm(['demo'], { LCM_DATA_DIR: dataDir });
    onTestFinished(async () => {
      await killLcm(demo);
      await endSimulator(dataDir);
    });
    const status = await demo.ended;
    const lines = demo.output().trimEnd().split('\n');
    const [, verdict, facts = ''] = /^(DEMO \w+) (\{.*\})$/.exec(lines.at(-1) ?? '') ?? [];
    expect([status, verdict], demo.output() + demo.errors()).toEqual([0, 'DEMO OK']);
    expect(JSON.parse(facts)).toMatchObject({ sessions: 5, right: 5, left: 0 });
    expect(systemClock.monotonic() - started).toBeLessThan(90_000);
    expect(demo.output()).not.toContain('\u001b');
  });
});

describe.concurrent('lcm', { timeout: 60_000 }, () => {
  it('lists its commands', async () => {
    const { status, output } = await runLcm(['--help']);
    expect(status).toBe(0);
    for (const command of [
      'up',
      'demo',
      'get',
      'describe',
      'book',
      'watch',
      'explain',
      'simulator',
      'config',
    ])
      expect(output).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
  });

  it.each([
    ['no such command', ['fly'], /unknown command 'fly'/],
    ['an option that there is not', ['demo', '--loud'], /unknown option '--loud'/],
    ['an argument that is missing', ['book'], /missing required argument 'definition'/],
    ['an argument of the wrong kind', ['book', 'a-lab', '--minutes', 'soon'], /soon.*whole number/],
    ['a kind of things that there is not', ['get', 'unicorns'], /unicorns/],
  ])('takes %s for wrong use', async (_what, args, message) => {
    const { status, output, errors } = await runLcm(args);
    expect(status).toBe(2);
    expect(errors).toMatch(message);
    expect(output).toBe('');
  });

  it('says in one line that nobody answers', async () => {
    const { status, errors } = await runLcm(['get', 'sessions'], {
      LCM_URL: `http://127.0.0.1:${await freePort()}`,
    });
    expect(status).toBe(5);
    expect(errors).toMatch(/^lcm: [^\n]+\n$/);
  });

  it('says in one line that its port is taken, and leaves nothing running', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const dataDir = join(folder.path, 'taken');
    const { status, errors } = await runLcm(['up'], { LCM_PORT: port, LCM_DATA_DIR: dataDir });
    other.close();
    expect(errors).toBe(`lcm: port ${port} is taken: set LCM_PORT to another\n`);
    expect(status).toBe(2);
    expect(existsSync(join(dataDir, 'simulator', 'process.json'))).toBe(false);
  });

  it.each([
    [
      'an unknown variable',
      { LCM_COLOUR: 'red' },
      /^lcm: LCM_COLOUR is not a setting; those there are: .+\n$/,
    ],
    ['a malformed value', { LCM_PORT: 'eighty' }, /^lcm: LCM_PORT=eighty: .+\n$/],
    ['a value out of range', { LCM_PORT: '70000' }, /^lcm: LCM_PORT=70000: .+\n$/],
    [
      'a folder that cannot be written',
      { LCM_DATA_DIR: '/dev/null/data' },
      /^lcm: cannot write to \/dev\/null\/data .+LCM_DATA_DIR.+\n$/,
    ],
    [
      'a folder that cannot be made',
      { LCM_DATA_DIR: '/proc/lcm/data' },
      /^lcm: cannot write to \/proc\/lcm\/data .+LCM_DATA_DIR.+\n$/,
    ],
  ])('does not start with %s, and says which', async (_what, environment, message) => {
    const { status, errors } = await runLcm(['up'], { LCM_PORT: '0', ...environment });
    expect(errors).toMatch(message);
    expect(status).toBe(2);
  });
});
