import { describe, expect, it } from 'vitest';
import { layOut } from './pipeline-layout.ts';

const step = (name: string, ...needs: string[]) => ({ name, needs });
const places = (layout: ReturnType<typeof layOut>) =>
  layout.steps.map(({ name, column, row }) => `${name}@${column},${row}`);

describe('laying out a pipeline', () => {
  it('puts a chain into a line', () => {
    const layout = layOut([step('a'), step('b', 'a'), step('c', 'b')]);
    expect(places(layout)).toEqual(['a@0,0', 'b@1,0', 'c@2,0']);
    expect(layout.edges).toEqual([
      ['a', 'b'],
      ['b', 'c'],
    ]);
  });

  it('puts what can run side by side one above the other, and what joins them right of both', () => {
    const layout = layOut([step('a'), step('b', 'a'), step('c', 'a'), step('d', 'b', 'c')]);
    expect(places(layout)).toEqual(['a@0,0', 'b@1,0', 'c@1,1', 'd@2,0']);
    expect([layout.columns, layout.rows]).toEqual([3, 2]);
  });

  it('takes the longest way, and leaves out an edge that a longer way says already', () => {
    const layout = layOut([step('a'), step('b', 'a'), step('c', 'b', 'a')]);
    expect(places(layout)).toEqual(['a@0,0', 'b@1,0', 'c@2,0']);
    expect(layout.edges).toEqual([
      ['a', 'b'],
      ['b', 'c'],
    ]);
  });

  it('passes over needs that are not there and ends on circles', () => {
    expect(places(layOut([step('a', 'ghost')]))).toEqual(['a@0,0']);
    expect(layOut([step('a', 'b'), step('b', 'a')]).steps).toHaveLength(2);
  });

  it('is empty for an empty plan', () => {
    expect(layOut([])).toEqual({ steps: [], columns: 0, rows: 0, edges: [] });
  });
});
