import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bare } from './decider.ts';
import {
  DEFINITION_TRANSITIONS,
  type DefinitionCommand,
  type DefinitionEvent,
  definitionDecider,
  definitionIdOf,
} from './definition.ts';
import { DEFINITION_STATUSES, definition, definitionSpec } from './definition-state.ts';
import { definitionId } from './ids.ts';
import { given, type Wish } from './scenario.fixture.ts';
import { checkWalks } from './walk.fixture.ts';

type Event = Bare<DefinitionEvent>;

const create = {
  type: 'create',
  id: definitionId.parse('ccna@1.0.0'),
  spec: definitionSpec.parse({ name: 'ccna', version: '1.0.0' }),
  content: { topologyKey: 'k' },
  facts: {
    title: 'ccna',
    nodeCount: 0,
    linkCount: 0,
    nodeDefinitions: [],
    need: { cpuCores: 0, memoryGb: 0, storageGb: 0, nodes: 0, ports: 0 },
    ports: [],
    findings: [],
  },
} satisfies Wish<DefinitionCommand>;
const created: Event = { ...create, type: 'definition.created' };
const synced: Event = { type: 'definition.content.synced' };
const activated: Event = { type: 'definition.activated' };
const ACTIVE = [created, synced, activated];
const DEPRECATED: Event[] = [...ACTIVE, { type: 'definition.deprecated', replacement: 'ccna@1.1.0' }];
const ARCHIVED: Event[] = [...DEPRECATED, { type: 'definition.archived' }];
const when = (history: readonly Event[], wish: Wish<DefinitionCommand>) =>
  given(definitionDecider, history).when(wish);
const recordSync = { type: 'recordSync', status: 'success' } as const;

describe('a definition', () => {
  it('exists once per name and version, and never changes', () => {
    expect(when([], create).state()).toMatchObject({ status: 'PENDING_SYNC', sync: { status: 'requested' } });
    when([created], create).isRefused('conflict', /ccna 1.0.0 exists already/);
    expect(definitionIdOf('CCNA', '1.0.0')).toBe(definitionIdOf('ccna', '1.0.0'));
  });

  it('becomes ACTIVE by its first sync', () => {
    when([created], recordSync).happens(synced, activated);
    when(ACTIVE, recordSync).happens();
  });

  it('stays usable while it is synced again, and when that fails', () => {
    const requested: Event = { type: 'definition.sync.requested' };
    const failed = { type: 'recordSync', status: 'failed', message: 'no such package' } as const;
    when(ACTIVE, { type: 'requestSync' }).happens(requested);
    when([...ACTIVE, requested], { type: 'requestSync' }).happens();
    const after = when([...ACTIVE, requested], failed).state();
    expect(after).toMatchObject({ status: 'ACTIVE', sync: { status: 'failed', message: 'no such package' } });
    when(
      [...ACTIVE, requested, { type: 'definition.sync.failed', message: 'no such package' }],
      failed,
    ).happens();
  });

  it('does not become ACTIVE by a failed sync, but by the next', () => {
    const failed: Event = { type: 'definition.sync.failed', message: 'x' };
    expect(when([created, failed], recordSync).state().status).toBe('ACTIVE');
    expect(when([created], { type: 'recordSync', status: 'failed' }).state().status).toBe('PENDING_SYNC');
  });

  it('is deprecated, with a replacement and a reason, and may be used again', () => {
    const deprecate = { type: 'deprecate', replacement: 'ccna@1.1.0', reason: 'a typo' } as const;
    const deprecated = when(ACTIVE, deprecate).state();
    expect(deprecated).toMatchObject({
      status: 'DEPRECATED',
      replacement: 'ccna@1.1.0',
      deprecatedReason: 'a typo',
    });
    const again = when(DEPRECATED, { type: 'reactivate' }).state();
    expect(again.status).toBe('ACTIVE');
    expect(again.replacement).toBeUndefined();
    when([created], { type: 'reactivate' }).isRefused('illegalTransition');
  });

  it('is archived for good, and not while it is active', () => {
    when(ACTIVE, { type: 'archive' }).isRefused('illegalTransition');
    when(DEPRECATED, { type: 'archive' }).happens({ type: 'definition.archived' });
    when(ARCHIVED, { type: 'reactivate' }).isRefused('illegalTransition');
    when(ARCHIVED, { type: 'requestSync' }).isRefused('illegalTransition');
  });

  it('moves along its table, whatever is asked of it', () => {
    const commands = fc
      .constantFrom<Wish<DefinitionCommand>>(
        { type: 'requestSync' },
        recordSync,
        { type: 'recordSync', status: 'failed', message: 'no' },
        { type: 'deprecate', replacement: 'other', reason: 'old' },
        { type: 'deprecate' },
        { type: 'reactivate' },
        { type: 'archive' },
      )
      .map((wish): DefinitionCommand => ({ ...wish, by: 'tester' }));
    const seen = checkWalks({
      decider: definitionDecider,
      schema: definition,
      first: { ...create, by: 'tester' },
      commands,
      machine: { table: DEFINITION_TRANSITIONS, statusOf: (state) => state.status },
    });
    expect([...seen].sort()).toEqual([...DEFINITION_STATUSES].sort());
  });
});
