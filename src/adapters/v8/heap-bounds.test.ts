import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** Makes garbage that outlives a collection now and then, in turns of the event loop as a server does. */
const CHURN = `
  const { getHeapSpaceStatistics } = await import('node:v8');
  let kept = [];
  for (let turn = 0; turn < 300; turn++) {
    for (let made = 0; made < 5_000; made++) kept.push({ turn, made, text: 'x' + made });
    if (kept.length > 100_000) kept = [];
    await new Promise(setImmediate);
  }
  const { space_size } = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  console.log(space_size / 1_000_000);
`;

function youngMb(before: string): number {
  const script = `${before}\n${CHURN}`;
  const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script];
  return Number(execFileSync(process.execPath, flags, { cwd: import.meta.dirname, encoding: 'utf8' }));
}

it('keeps room for new objects small, where V8 would take four times as much', () => {
  const bounded = youngMb(`import { boundHeap } from './heap-bounds.ts'; boundHeap();`);
  expect(bounded).toBeGreaterThan(15);
  expect(bounded).toBeLessThanOrEqual(40);
  expect(youngMb('')).toBeGreaterThan(bounded);
}, 20_000);
