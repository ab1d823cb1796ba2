import { describe, expect, it } from 'vitest';
import { railOf } from './rail.ts';

type View = Parameters<typeof railOf>[0];
type Status = View['status'];

const at = (minute: number) => new Date(Date.UTC(2026, 2, 1, 9, minute)).toISOString();

/** A session that went through these states, a minute each. */
function went(...statuses: Status[]): View {
  return {
    status: statuses.at(-1) ?? 'PENDING',
    history: statuses.map((to, index) => ({ from: statuses[index - 1] ?? null, to, at: at(index), by: 'x' })),
    definition: {
      collectsEvidence: true,
      grades: true,
    } as View['definition'],
  };
}
const words = (view: View) => railOf(view).map(({ status, kind }) => `${kind} ${status}`);

describe("the session's way", () => {
  it('shows where it was, where it is and where it goes', () => {
    expect(words(went('PENDING', 'SCHEDULED', 'INSTANTIATING'))).toEqual([
      'past PENDING',
      'past SCHEDULED',
      'now INSTANTIATING',
      'next READY',
      'next RUNNING',
      'next COLLECTING',
      'next GRADING',
      'next STOPPING',
      'next STOPPED',
      'next ARCHIVED',
    ]);
  });

  it('leaves out what the definition does not ask for', () => {
    const view = went('PENDING');
    const plain = { ...view, definition: { ...view.definition, collectsEvidence: false } };
    expect(words(plain)).not.toContain('next COLLECTING');
    expect(words(plain)).not.toContain('next GRADING');
  });

  it('goes to where its ending leads', () => {
    const ending = { outcome: 'cancelled', reason: 'asked', by: 'ann', at: at(2) } as const;
    expect(words({ ...went('PENDING', 'SCHEDULED', 'STOPPING'), ending })).toEqual([
      'past PENDING',
      'past SCHEDULED',
      'now STOPPING',
      'next STOPPED',
      'next TERMINATED',
    ]);
  });

  it('ends at a final state', () => {
    const ending = { outcome: 'slotMissed', reason: 'late', by: 'x', at: at(1) } as const;
    expect(words({ ...went('PENDING', 'EXPIRED'), ending })).toEqual(['past PENDING', 'now EXPIRED']);
  });

  it('counts visits and keeps the last of them, with its times', () => {
    const rail = railOf(went('PENDING', 'SCHEDULED', 'INSTANTIATING', 'STOPPING', 'PENDING', 'SCHEDULED'));
    const pending = rail.find(({ status }) => status === 'PENDING');
    expect(pending).toMatchObject({
      kind: 'past',
      visits: 2,
      since: Date.parse(at(4)),
      until: Date.parse(at(5)),
    });
  });
});
