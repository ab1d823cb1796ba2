import { openSqliteStore } from './sqlite-store.ts';

// A process to be killed: ten writers commit pairs of aggregates, each change with two events, and print
// `<writer> <version>` for every pair that the store has acknowledged. Arguments: the file.
const WRITERS = 10;
const [, , file = ''] = process.argv;
const store = openSqliteStore(file);

await Promise.all(
  Array.from({ length: WRITERS }, async (_, writer) => {
    for (;;) {
      const left = await store.load('session', `left-${writer}`);
      const version = (left?.version ?? 0) + 1;
      const outcomes = await store.commit(
        ['left', 'right'].map((side) => ({
          kind: 'session',
          id: `${side}-${writer}`,
          expectedVersion: version - 1,
          state: { version, createdAt: '2026-01-01T00:00:00.000Z', filling: 'x'.repeat(version % 5_000) },
          fences: {},
          events: ['first', 'second'].map((type) => ({
            type,
            at: '2026-01-01T00:00:00.000Z',
            by: 'test',
            data: { type, version },
          })),
        })),
      );
      if (outcomes.some(({ status }) => status === 'stale')) throw new Error(`${writer} lost its turn`);
      process.stdout.write(`${writer} ${version}\n`);
    }
  }),
);
