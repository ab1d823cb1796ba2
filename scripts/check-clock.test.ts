import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkClock, findClockUses } from './check-clock.ts';

const found = (text: string) => findClockUses('src/core/x.ts', text);

describe("the machine's own time and chance", () => {
  it.each([
    ['Date.now()', 'Date.now; use clock.now()'],
    ['const now = Date.now', 'Date.now; use clock.now()'],
    ['const { now } = Date', 'Date.now; use clock.now()'],
    ["Date['now']()", 'Date.now; use clock.now()'],
    ['new Date()', 'new Date() without a time; use new Date(clock.now())'],
    ['new Date', 'new Date() without a time; use new Date(clock.now())'],
    ['Date()', 'Date(); use new Date(clock.now())'],
    ['performance.now()', 'performance.now; use clock.monotonic()'],
    ['process.hrtime.bigint()', 'process.hrtime; use clock.monotonic()'],
    ['process.uptime()', 'process.uptime; use clock.monotonic()'],
    ['setTimeout(() => {}, 5)', 'setTimeout; use clock.after() or clock.sleep()'],
    ['globalThis.setTimeout(() => {}, 5)', 'setTimeout; use clock.after() or clock.sleep()'],
    [
      'new Promise((done) => setInterval(done, 5))',
      'setInterval; use clock.after(), again from its callback',
    ],
    ['const timers = { setImmediate }', 'setImmediate; use queueMicrotask()'],
    ['AbortSignal.timeout(5)', 'AbortSignal.timeout; use clock.after() with an AbortController'],
    ['crypto.randomUUID()', 'crypto.randomUUID; use the injected Random'],
    ['globalThis.crypto?.randomUUID()', 'crypto.randomUUID; use the injected Random'],
    ['crypto.randomBytes(8)', 'crypto.randomBytes; use the injected Random'],
    ['crypto.getRandomValues(bytes)', 'crypto.getRandomValues; use the injected Random'],
    ['Math.random()', 'Math.random; use the injected Random'],
    [
      "import { randomUUID } from 'node:crypto'",
      'import of randomUUID from node:crypto; use the injected Random',
    ],
    [
      "import { randomBytes as b } from 'crypto'",
      'import of randomBytes from crypto; use the injected Random',
    ],
    [
      "import { setTimeout as s } from 'node:timers/promises'",
      'import from node:timers/promises; use clock.sleep()',
    ],
    ["import { performance } from 'node:perf_hooks'", 'import from node:perf_hooks; use clock.monotonic()'],
  ])('is found in %s', (text, expected) => {
    expect(found(`const before = 1;\n${text};\n`)).toEqual([`src/core/x.ts:2: ${expected}`]);
  });

  it.each([
    'new Date(clock.now())',
    'clock.now()',
    'socket.setTimeout(0)',
    'const timer: ReturnType<typeof setTimeout> | undefined = undefined',
    'queueMicrotask(work)',
    "import { createHash } from 'node:crypto'",
    'const said = "Date.now() and setTimeout()"; // Math.random()',
    'interface Timers { setTimeout(call: () => void): void }',
  ])('is not seen in %s', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('is not declared absent where there was nothing to look at', () => {
    const empty = mkdtempSync(join(tmpdir(), 'clock-'));
    try {
      expect(() => checkClock(empty)).toThrow(/nothing was checked/);
    } finally {
      rmSync(empty, { recursive: true });
    }
  });
});
