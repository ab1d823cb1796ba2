import { describe, expect, it } from 'vitest';
import { HandPace } from '../browser/pace.fixture.ts';
import { FlushQueue } from './flush-queue.ts';

function gathering() {
  const pace = new HandPace();
  const batches: number[][] = [];
  return { pace, batches, queue: new FlushQueue<number>(pace, (items) => batches.push(items)) };
}

describe('the flush queue', () => {
  it('hands over a burst once per drawing, in its order', () => {
    const { pace, batches, queue } = gathering();
    queue.push([1, 2]);
    queue.push([3]);
    expect(batches).toEqual([]);
    pace.draw();
    queue.push([4]);
    pace.draw();
    expect(batches).toEqual([[1, 2, 3], [4]]);
  });

  it('uses a timer in a tab that draws nothing, and does not hand over twice', () => {
    const { pace, batches, queue } = gathering();
    queue.push([1]);
    pace.advance(500);
    pace.draw();
    expect(batches).toEqual([[1]]);
  });

  it('stays quiet when nothing came', () => {
    const { pace, batches, queue } = gathering();
    queue.push([]);
    pace.draw();
    pace.advance(1_000);
    expect(batches).toEqual([]);
  });
});
