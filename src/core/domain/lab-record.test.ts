import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bare } from './decider.ts';
import { definitionId, labRecordId, sessionId, workerId } from './ids.ts';
import {
  isReusable,
  LAB_STATUSES,
  LAB_TRANSITIONS,
  type LabRecordCommand,
  type LabRecordEvent,
  type LabStatus,
  labRecord,
} from './lab-record.ts';
import { labRecordDecider } from './lab-record-decider.ts';
import { given, T0, type Wish } from './scenario.fixture.ts';
import { iso } from './time.ts';
import { checkWalks } from './walk.fixture.ts';

type Event = Bare<LabRecordEvent>;

const s1 = sessionId.parse('s-1');
const s2 = sessionId.parse('s-2');
const lab = { id: labRecordId.parse('lr-1'), workerId: workerId.parse('w-1'), title: 'ccna', nodeCount: 5 };
const imported = { marker: 'lcm:test/s-1/1', definitionId: definitionId.parse('ccna@1.0.0') };
const importLab = { type: 'import' as const, ...lab, ...imported, sessionId: s1 };
const discover = { type: 'discover' as const, ...lab, cmlLabId: 'c-1', status: 'BOOTED' as const };

const created: Event = {
  type: 'lab-record.created',
  record: { ...lab, ...imported, source: 'import', status: 'IMPORTING', boundTo: s1 },
};
const found: Event = {
  type: 'lab-record.created',
  record: { ...lab, source: 'discovery', status: 'BOOTED', cmlLabId: 'c-1' },
};
const moved = (from: LabStatus, to: LabStatus): Event => ({ type: 'lab-record.state.changed', from, to });
const DEFINED: Event[] = [
  created,
  { type: 'lab-record.imported', cmlLabId: 'c-1' },
  moved('IMPORTING', 'DEFINED'),
];
const unbound: Event = { type: 'lab-record.unbound', sessionId: s1 };
const BOOTED = [...DEFINED, moved('DEFINED', 'STARTING'), moved('STARTING', 'BOOTED')];
const STOPPED = [...BOOTED, moved('BOOTED', 'STOPPED')];
const when = (history: readonly Event[], wish: Wish<LabRecordCommand>, now = T0) =>
  given(labRecordDecider, history).when(wish, now);

describe('a lab that LCM makes', () => {
  it('is an intent first, bound to its session, with a marker to find it by', () => {
    const record = when([], importLab).state();
    expect(record).toMatchObject({ status: 'IMPORTING', boundTo: s1, marker: imported.marker });
    expect(record.cmlLabId).toBeUndefined();
    when([created], importLab).happens();
  });

  it('is one lab of CML, once its import was answered', () => {
    when([created], { type: 'recordImported', cmlLabId: 'c-1' }).happens(...DEFINED.slice(1));
    when(DEFINED, { type: 'recordImported', cmlLabId: 'c-1' }).happens();
    when(DEFINED, { type: 'recordImported', cmlLabId: 'c-2' }).isRefused('conflict', /CML lab c-1 already/);
  });

  it('is not known to CML any more where its worker went meanwhile', () => {
    const orphaned = [created, unbound, moved('IMPORTING', 'ORPHANED')];
    when(orphaned, { type: 'recordImported', cmlLabId: 'c-1' }).isRefused('illegalTransition');
  });
});

describe('a lab that LCM finds', () => {
  it('is kept as it was found, once', () => {
    expect(when([], discover).state()).toMatchObject({
      status: 'BOOTED',
      source: 'discovery',
      cmlLabId: 'c-1',
    });
    when([found], discover).happens();
  });

  it('goes through the same machine', () => {
    when([found], { type: 'become', status: 'STOPPED' }).happens(moved('BOOTED', 'STOPPED'));
    when([found], { type: 'become', status: 'IMPORTING' }).isRefused('illegalTransition');
    when([found], { type: 'become', status: 'BOOTED' }).happens();
  });
});

describe('a claim', () => {
  const free = [...STOPPED, unbound];

  it('is made by one session only', () => {
    when(free, { type: 'bind', sessionId: s2 }).happens({ type: 'lab-record.bound', sessionId: s2 });
    when(STOPPED, { type: 'bind', sessionId: s1 }).happens();
    when(STOPPED, { type: 'bind', sessionId: s2 }).isRefused('conflict', /bound to session s-1/);
  });

  it('is for labs at rest', () => {
    expect(isReusable(when(STOPPED, { type: 'unbind', sessionId: s1 }).state())).toBe(true);
    when([found], { type: 'bind', sessionId: s1 }).isRefused('conflict', /is BOOTED/);
  });

  it('is given up by its own session only', () => {
    when(STOPPED, { type: 'unbind', sessionId: s1 }).happens(unbound);
    when(STOPPED, { type: 'unbind', sessionId: s2 }).happens();
  });
});

describe('ports', () => {
  it('are kept once', () => {
    const ports = { b: 2001, a: 2000 };
    const allocated: Event = { type: 'lab-record.ports.allocated', ports };
    when(DEFINED, { type: 'recordPorts', ports }).happens(allocated);
    when([...DEFINED, allocated], { type: 'recordPorts', ports: { a: 2000, b: 2001 } }).happens();
  });
});

describe('an orphan', () => {
  it('is what a lost worker leaves of every lab that is not gone, bound to nobody', () => {
    when(BOOTED, { type: 'orphan' }).happens(unbound, moved('BOOTED', 'ORPHANED'));
    when([found], { type: 'orphan' }).happens(moved('BOOTED', 'ORPHANED'));
  });

  it('is not made of what is gone', () => {
    when([...BOOTED, unbound, moved('BOOTED', 'ORPHANED')], { type: 'orphan' }).happens();
    when([...STOPPED, moved('STOPPED', 'DELETED')], { type: 'orphan' }).happens();
  });
});

describe('the runs of a lab', () => {
  it('begin when it starts and end when it is at rest', () => {
    const later = T0 + 60_000;
    expect(when(BOOTED, { type: 'become', status: 'STOPPED' }, later).state().runs).toEqual([
      { sessionId: s1, startedAt: iso(T0), stoppedAt: iso(later) },
    ]);
    expect(when(STOPPED, { type: 'become', status: 'STARTING' }).state().runs).toHaveLength(2);
  });
});

it('moves along its table, whatever is asked of it', () => {
  const by = 'tester';
  const statuses = fc.constantFrom(...LAB_STATUSES);
  const sessions = fc.constantFrom(s1, s2);
  const commands: fc.Arbitrary<LabRecordCommand> = fc.oneof(
    {
      weight: 6,
      arbitrary: statuses.map((status): LabRecordCommand => ({ type: 'become', status, error: 'why', by })),
    },
    sessions.map((session): LabRecordCommand => ({ type: 'bind', sessionId: session, by })),
    sessions.map((session): LabRecordCommand => ({ type: 'unbind', sessionId: session, by })),
    fc.constantFrom<LabRecordCommand>(
      { type: 'recordImported', cmlLabId: 'c-1', by },
      { type: 'recordImported', cmlLabId: 'c-2', by },
      { type: 'recordPorts', ports: { a: 2000 }, by },
      { type: 'orphan', by },
    ),
  );
  const machine = { table: LAB_TRANSITIONS, statusOf: (state: { status: LabStatus }) => state.status };
  const common = { decider: labRecordDecider, schema: labRecord, commands, machine, steps: 60 };
  const seen = checkWalks({ ...common, first: { ...importLab, by } });
  const others = checkWalks({ ...common, first: { ...discover, status: 'DISCOVERED', by } });
  expect([...new Set([...seen, ...others])].sort()).toEqual([...LAB_STATUSES].sort());
});
