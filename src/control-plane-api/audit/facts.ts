import type { AuditFacts } from '@lcm/core/domain/audit-entry.ts';
import { differencesOf } from '@lcm/core/domain/differences.ts';
import type { Change } from '@lcm/core/spi/state-store.ts';
import { currentAct, SYSTEM } from './acting.ts';

/** The change, with what the audit wants to know of it beside its first event. @param before the state it was decided on */
export function withAuditFacts(change: Change, before: unknown): Change {
  const [first, ...others] = change.events;
  if (!first) return change;
  return { ...change, events: [{ ...first, audit: factsOf(change, before) }, ...others] };
}

function factsOf({ events, state }: Change, before: unknown): AuditFacts {
  const { operation, actor, correlationId } = currentAct() ?? { operation: 'system', actor: SYSTEM };
  const { differences, cut } = differencesOf(before, state);
  const reason = events.map(({ data }) => reasonIn(data)).find(Boolean);
  const candidate = differences.some(({ field }) => field.startsWith('/candidate/'))
    ? candidateIn(state)
    : undefined;
  return {
    operation,
    actor,
    events: events.map(({ type }) => type),
    differences,
    ...(cut ? { cut } : {}),
    ...(reason ? { reason } : {}),
    ...(candidate ? { candidate } : {}),
    ...(correlationId ? { correlationId } : {}),
  };
}

function reasonIn(event: unknown): string | undefined {
  const reason = typeof event === 'object' && event !== null && 'reason' in event ? event.reason : undefined;
  return typeof reason === 'string' ? reason : undefined;
}

function candidateIn(state: unknown): AuditFacts['candidate'] {
  const { ownerKey, candidate } = state as {
    ownerKey?: string;
    candidate?: { externalId?: string; email?: string };
  };
  return { ownerKey: ownerKey ?? '', externalId: candidate?.externalId, email: candidate?.email };
}
