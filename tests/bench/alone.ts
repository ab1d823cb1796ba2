import { z } from 'zod';
import type { BenchFile } from './measured.ts';

// What one benchmark file measures, in a process of its own: what others left in memory must not count. By hand,
// for a profile: `node --cpu-prof tests/bench/alone.ts ./booking.bench.ts`.
const [, , file = '', mode] = process.argv;
const bench: BenchFile = z
  .object({
    names: z.array(z.string()),
    measure: z.custom<BenchFile['measure']>((it) => typeof it === 'function'),
  })
  .parse(await import(file));
const measured = await bench.measure({ short: mode === 'short' });
if (process.send) process.send(measured, () => process.disconnect());
else console.log(measured);
