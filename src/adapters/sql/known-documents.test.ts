import { describe, expect, it } from 'vitest';
import { KnownDocuments } from './known-documents.ts';
import type { DocumentText } from './rows.ts';

const text = (state: unknown, version = 1): DocumentText => ({
  version,
  shape: 1,
  state: JSON.stringify(state),
  fences: '{}',
});

/** What is known of a session; how often texts were read is counted. */
function knowing(most?: number) {
  const known = new KnownDocuments(most);
  let reads = 0;
  const stateOf = (id: string) =>
    known.get('session', id, ({ version, state }) => {
      reads += 1;
      return { kind: 'session', id, version, state: JSON.parse(state), fences: {} };
    })?.state;
  return { known, stateOf, reads: () => reads };
}

describe('known documents', () => {
  it('are what was noted last, and read from their text once', () => {
    const { known, stateOf, reads } = knowing();
    known.note('session', 'a', text({ n: 1 }));
    known.note('session', 'a', text({ n: 2 }, 2));
    expect([stateOf('a'), stateOf('a')]).toEqual([{ n: 2 }, { n: 2 }]);
    expect(reads()).toBe(1);
    expect(stateOf('b')).toBeUndefined();
  });

  it('are as many as there is room for: those that nobody used for longest go first', () => {
    const { known, stateOf } = knowing(3 * text('x'.repeat(100)).state.length + 10);
    for (const id of ['a', 'b', 'c']) known.note('session', id, text('x'.repeat(100)));
    stateOf('a');
    known.note('session', 'd', text('x'.repeat(100)));
    expect(['a', 'b', 'c', 'd'].filter((id) => stateOf(id))).toEqual(['a', 'c', 'd']);
    known.note('session', 'huge', text('x'.repeat(1_000)));
    expect(['a', 'b', 'c', 'd', 'huge'].filter((id) => stateOf(id))).toEqual([]);
    known.note('session', 'e', text('x'.repeat(100)));
    expect(stateOf('e')).toBeDefined();
  });
});
