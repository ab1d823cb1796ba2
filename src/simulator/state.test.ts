import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSimulatorState } from './state.ts';

function file(): string {
  const directory = mkdtempSync(join(tmpdir(), 'lcm-state-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, 'simulator.sqlite');
}

describe('the state', () => {
  it('is there again when the file is opened again', () => {
    const path = file();
    const first = openSimulatorState(path);
    const things = first.collection<{ size: number }>('things');
    things.put('a', { size: 1 });
    things.put('b', { size: 2 });
    things.put('a', { size: 3 });
    things.delete('b');
    first.close();
    const second = openSimulatorState(path);
    expect(second.collection('things').values()).toEqual([{ size: 3 }]);
    second.close();
  });

  it('forgets everything but what it is told to keep', () => {
    const path = file();
    const first = openSimulatorState(path);
    const [kept, lost] = [first.collection<number>('kept'), first.collection<number>('lost')];
    kept.put('a', 1);
    lost.put('a', 1);
    first.clear(['kept']);
    expect([kept.values(), lost.values()]).toEqual([[1], []]);
    first.close();
    const second = openSimulatorState(path);
    expect([second.collection('kept').values(), second.collection('lost').values()]).toEqual([[1], []]);
    second.close();
  });
});
