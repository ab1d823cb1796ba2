import {
  type Asked,
  type Bare,
  type Decider,
  type Happened,
  happened,
  mustBecome,
  type TransitionTable,
} from './decider.ts';
import type { Definition, DefinitionSpec, DefinitionStatus, TopologyFacts } from './definition-state.ts';
import type { DefinitionId } from './ids.ts';
import { illegalTransition, Refusal } from './refusal.ts';

/** What can happen to a definition. A sync never takes an active version out of use. */
export const DEFINITION_TRANSITIONS: TransitionTable<DefinitionStatus> = {
  PENDING_SYNC: ['ACTIVE', 'ARCHIVED'],
  ACTIVE: ['DEPRECATED'],
  DEPRECATED: ['ACTIVE', 'ARCHIVED'],
  ARCHIVED: [],
};

export type DefinitionCommand = Asked &
  (
    | {
        type: 'create';
        id: DefinitionId;
        spec: DefinitionSpec;
        content: Definition['content'];
        facts: TopologyFacts;
        previousVersionId?: DefinitionId | undefined;
      }
    | { type: 'requestSync' }
    | { type: 'recordSync'; status: 'success' | 'failed'; message?: string | undefined }
    | { type: 'deprecate'; replacement?: string | undefined }
    | { type: 'reactivate' }
    | { type: 'archive' }
  );

export type DefinitionEvent = Happened &
  (
    | {
        type: 'definition.created';
        id: DefinitionId;
        spec: DefinitionSpec;
        content: Definition['content'];
        facts: TopologyFacts;
        previousVersionId?: DefinitionId | undefined;
      }
    | { type: 'definition.sync.requested' }
    | { type: 'definition.content.synced' }
    | { type: 'definition.sync.failed'; message: string }
    | { type: 'definition.activated' }
    | { type: 'definition.deprecated'; replacement?: string | undefined }
    | { type: 'definition.archived' }
  );

/** The id of a definition: the same for the same name and version, so that neither can exist twice. */
export function definitionIdOf(name: string, version: string): string {
  return `${name.toLowerCase()}@${version}`;
}

export const definitionDecider: Decider<Definition, DefinitionCommand, DefinitionEvent> = {
  decide: (state, command, now) => {
    const common = happened(command, now);
    return decide(state, command).map((event) => ({ ...event, ...common }));
  },
  evolve,
};

function decide(state: Definition | undefined, command: DefinitionCommand): Bare<DefinitionEvent>[] {
  if (command.type === 'create') {
    if (state)
      throw new Refusal(
        'conflict',
        `definition ${state.spec.name} ${state.spec.version} exists already; versions never change`,
      );
    const { id, spec, content, facts, previousVersionId } = command;
    return [{ type: 'definition.created', id, spec, content, facts, previousVersionId }];
  }
  if (!state) throw new Refusal('notFound', 'there is no such definition');
  switch (command.type) {
    case 'requestSync':
      if (state.status === 'ARCHIVED')
        throw illegalTransition('definition', state.id, state.status, 'PENDING_SYNC');
      return state.sync.status === 'requested' ? [] : [{ type: 'definition.sync.requested' }];
    case 'recordSync': {
      if (command.status === 'failed') {
        const message = command.message ?? 'no reason given';
        const known = state.sync.status === 'failed' && state.sync.message === message;
        return known ? [] : [{ type: 'definition.sync.failed', message }];
      }
      const synced: Bare<DefinitionEvent>[] =
        state.sync.status === 'success' ? [] : [{ type: 'definition.content.synced' }];
      return state.status === 'PENDING_SYNC' ? [...synced, { type: 'definition.activated' }] : synced;
    }
    case 'deprecate':
      if (state.status === 'DEPRECATED') return [];
      must(state, 'DEPRECATED');
      return [{ type: 'definition.deprecated', replacement: command.replacement }];
    case 'reactivate':
      if (state.status === 'ACTIVE') return [];
      if (state.status !== 'DEPRECATED')
        throw illegalTransition('definition', state.id, state.status, 'ACTIVE');
      return [{ type: 'definition.activated' }];
    case 'archive':
      if (state.status === 'ARCHIVED') return [];
      must(state, 'ARCHIVED');
      return [{ type: 'definition.archived' }];
  }
}

const must = (state: Definition, target: DefinitionStatus) =>
  mustBecome(DEFINITION_TRANSITIONS, 'definition', state, target);

function evolve(state: Definition | undefined, event: DefinitionEvent): Definition {
  if (event.type === 'definition.created') {
    const { id, spec, content, facts, previousVersionId, at, by } = event;
    return {
      id,
      spec,
      content,
      facts,
      status: 'PENDING_SYNC',
      sync: { status: 'requested', at },
      ...(previousVersionId ? { previousVersionId } : {}),
      createdBy: by,
      createdAt: at,
      updatedAt: at,
    };
  }
  if (!state) throw new Error(`${event.type} happened to a definition that was never created`);
  const next = { ...state, updatedAt: event.at };
  switch (event.type) {
    case 'definition.sync.requested':
      return { ...next, sync: { status: 'requested', at: event.at } };
    case 'definition.content.synced':
      return { ...next, sync: { status: 'success', at: event.at } };
    case 'definition.sync.failed':
      return { ...next, sync: { status: 'failed', message: event.message, at: event.at } };
    case 'definition.activated': {
      const { deprecatedReason: _, replacement: __, ...rest } = next;
      return { ...rest, status: 'ACTIVE' };
    }
    case 'definition.deprecated':
      return {
        ...next,
        status: 'DEPRECATED',
        ...(event.replacement ? { replacement: event.replacement } : {}),
        ...(event.reason ? { deprecatedReason: event.reason } : {}),
      };
    case 'definition.archived':
      return { ...next, status: 'ARCHIVED' };
  }
}
