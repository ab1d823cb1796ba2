/** What reads a clock, starts a timer or draws chance behind the system's back, and what to take instead. */
export const forbiddenAccesses: ReadonlyMap<string, string> = new Map([
  ['Date.now', 'clock.now()'],
  ['performance.now', 'clock.monotonic()'],
  ['performance.timeOrigin', 'clock.now()'],
  ['process.hrtime', 'clock.monotonic()'],
  ['process.uptime', 'clock.monotonic()'],
  ['AbortSignal.timeout', 'clock.after() with an AbortController'],
  ['Math.random', 'the injected Random'],
  ['crypto.randomUUID', 'the injected Random'],
  ['crypto.randomBytes', 'the injected Random'],
  ['crypto.randomInt', 'the injected Random'],
  ['crypto.getRandomValues', 'the injected Random'],
]);

/** Global functions, forbidden under their bare name. */
export const forbiddenGlobals: ReadonlyMap<string, string> = new Map([
  ['setTimeout', 'clock.after() or clock.sleep()'],
  ['setInterval', 'clock.after(), again from its callback'],
  ['setImmediate', 'queueMicrotask()'],
]);

/** Imports by module: of these names, or of anything at all. */
export const forbiddenImports: ReadonlyMap<string, { names: ReadonlySet<string> | 'all'; instead: string }> =
  new Map([
    ['timers', { names: 'all', instead: 'the injected Clock' }],
    ['timers/promises', { names: 'all', instead: 'clock.sleep()' }],
    ['perf_hooks', { names: 'all', instead: 'clock.monotonic()' }],
    [
      'crypto',
      {
        names: new Set([
          'randomUUID',
          'randomBytes',
          'randomInt',
          'randomFill',
          'randomFillSync',
          'webcrypto',
        ]),
        instead: 'the injected Random',
      },
    ],
  ]);

/** Where the machine's own time and chance may be touched, and why. Tests may as well. */
export const exempt: ReadonlyMap<string, string> = new Map([
  ['src/adapters/', 'Clock and Random are implemented here, and drivers have timers of their own'],
  ['src/ui/browser/', "the browser's Clock and Random: the one place of the page that touches them"],
  ['src/cli/demo/progress.ts', "redraws a terminal's progress line; nothing is decided by it"],
  ['src/cli/commands/watch.ts', 'stamps the lines that a person watches with the time of their terminal'],
  ['src/cli/commands/kinds.ts', 'tells a person the age of things, by the clock of their terminal'],
]);
