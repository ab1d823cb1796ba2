import { AsyncLocalStorage } from 'node:async_hooks';
import type { AuditActor, AuditEntry } from '@lcm/core/domain/audit-entry.ts';

/** One request, on whose behalf something is done: from its caller to every commit that it leads to. */
export interface Act {
  operation: string;
  actor: AuditActor;
  correlationId?: string | undefined;
  /** Aggregates written so far. */
  commits: number;
  /** What it is about, where its path does not say. */
  resource?: AuditEntry['resource'];
  /** What of it was refused, where the rest went on. */
  refusals: PartRefused[];
}

/** A part of a request that was refused by itself: of a batch, one of its items. */
export interface PartRefused {
  resource?: AuditEntry['resource'];
  error: unknown;
}

const acting = new AsyncLocalStorage<Act>();

/**
 * Does the work on behalf of the caller of that act. It is in the air and no parameter, so that no command can
 * forget to pass on who it is for.
 */
export const actingFor = <Result>(act: Act, work: () => Result): Result => acting.run(act, work);

/** On whose behalf something is done right now; undefined for what the system does by itself. */
export const currentAct = (): Act | undefined => acting.getStore();

/** Takes note that the current act has written something. */
export function noteCommit(): void {
  const act = currentAct();
  if (act) act.commits += 1;
}

/** Takes note that a part of the current act was refused, though the request will be answered as done. */
export function noteRefused(part: PartRefused): void {
  currentAct()?.refusals.push(part);
}

/** Says who the current act turned out to be for, where that is not known before: a login. */
export function nameCaller(username: string): void {
  const act = currentAct();
  if (act) act.actor = { ...act.actor, username };
}

/** Says what the current act is about, where its path names nothing: what it has made. */
export function nameResource(kind: string, id: string): void {
  const act = currentAct();
  if (act) act.resource = { kind, id };
}

/** The control plane itself, where it acts on nobody's behalf. */
export const SYSTEM: AuditActor = { issuer: 'local', subject: 'control-plane-api', roles: ['controller'] };
