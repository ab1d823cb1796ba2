import type { z } from 'zod';
import { accessToken, accessTokenDecider } from './access-token.ts';
import { allowance, allowanceDecider } from './allowance.ts';
import type { Decider } from './decider.ts';
import { definitionDecider } from './definition.ts';
import { definition } from './definition-state.ts';
import { gradingSession, gradingSessionDecider } from './grading-session.ts';
import { inboundEvent, inboundEventDecider } from './inbound-event.ts';
import { labRecord } from './lab-record.ts';
import { labRecordDecider } from './lab-record-decider.ts';
import { notification, notificationDecider } from './notification.ts';
import { scoreReport, scoreReportDecider } from './score-report.ts';
import { sessionDecider } from './session-decider.ts';
import { session } from './session-state.ts';
import { systemSettings } from './settings.ts';
import { settingsDecider } from './settings-decider.ts';
import { subscription, subscriptionDecider } from './subscription.ts';
import { task, taskDecider } from './task.ts';
import { userSession, userSessionDecider } from './user-session.ts';
import { workerDecider } from './worker-decider.ts';
import { workerLedger } from './worker-ledger.ts';
import { workerLedgerDecider } from './worker-ledger-decider.ts';
import { worker } from './worker-state.ts';
import { workerTemplate, workerTemplateDecider } from './worker-template.ts';

/**
 * What there is to know about a kind of aggregate: its rules, the shape of its documents and their schema
 * number, how older documents are lifted to it, and by which fields it is listed.
 */
interface KindFacts<State, Command, Event extends { type: string }> {
  decider: Decider<State, Command, Event>;
  schema: z.ZodType<State>;
  /** Number of the document's shape; documents of the shape before are lifted when they are loaded. */
  schemaNumber: number;
  /** From shape n (the index + 1) to the next. */
  upcasts: readonly ((state: unknown) => unknown)[];
  /** Dotted paths by which it may be filtered and sorted; several in one entry are indexed together. */
  indexes: readonly (readonly string[])[];
}

const kind = <State, Command, Event extends { type: string }>(
  decider: Decider<State, Command, Event>,
  schema: z.ZodType<State>,
  indexes: readonly (readonly string[])[] = [],
): KindFacts<State, Command, Event> => ({ decider, schema, schemaNumber: 1, upcasts: [], indexes });

/** Every kind of aggregate there is. */
export const KINDS = {
  session: kind(sessionDecider, session, [
    ['createdAt'],
    ['status', 'createdAt'],
    ['status', 'timeslot.start'],
    ['ownerKey', 'createdAt'],
    ['department', 'createdAt'],
    ['definition.definitionId', 'createdAt'],
    ['placement.workerId', 'createdAt'],
    ['reservationId', 'createdAt'],
    // By whom those that nobody has claimed yet may be.
    ['candidate.externalId', 'ownerKey'],
    ['candidate.email', 'ownerKey'],
  ]),
  definition: kind(definitionDecider, definition, [
    ['createdAt'],
    ['status', 'createdAt'],
    ['spec.name', 'createdAt'],
    ['sync.status'],
  ]),
  worker: kind(workerDecider, worker, [
    ['createdAt'],
    ['status', 'createdAt'],
    ['region', 'createdAt'],
    ['instanceId'],
  ]),
  'worker-ledger': kind(workerLedgerDecider, workerLedger, [['workerId']]),
  'worker-template': kind(workerTemplateDecider, workerTemplate, [['name'], ['createdAt']]),
  'lab-record': kind(labRecordDecider, labRecord, [
    ['createdAt'],
    ['workerId', 'createdAt'],
    ['status', 'createdAt'],
    ['boundTo'],
    ['definitionId', 'createdAt'],
  ]),
  'user-session': kind(userSessionDecider, userSession, [['sessionId', 'createdAt'], ['ldsSessionId']]),
  'grading-session': kind(gradingSessionDecider, gradingSession, [
    ['sessionId', 'createdAt'],
    ['externalId'],
  ]),
  'score-report': kind(scoreReportDecider, scoreReport, [
    ['submittedAt'],
    ['sessionId', 'submittedAt'],
    ['definitionId', 'submittedAt'],
    ['ownerKey', 'submittedAt'],
  ]),
  task: kind(taskDecider, task, [
    ['createdAt'],
    ['status', 'createdAt'],
    ['assignee', 'createdAt'],
    ['department', 'createdAt'],
    ['about.id', 'createdAt'],
    ['about.kind'],
    ['priority'],
  ]),
  subscription: kind(subscriptionDecider, subscription, [
    ['topic'],
    ['username'],
    ['subscriber', 'createdAt'],
    ['status', 'createdAt'],
  ]),
  notification: kind(notificationDecider, notification, [
    ['status', 'dueAt'],
    ['subscriptionId', 'createdAt'],
  ]),
  'access-token': kind(accessTokenDecider, accessToken, [
    ['createdAt'],
    ['ownerKey', 'createdAt'],
    ['subject', 'createdAt'],
    ['status', 'expiresAt'],
  ]),
  allowance: kind(allowanceDecider, allowance, [['id']]),
  settings: kind(settingsDecider, systemSettings),
  'inbound-event': kind(inboundEventDecider, inboundEvent, [
    ['status', 'receivedAt'],
    ['sessionId', 'receivedAt'],
  ]),
};

export type Kind = keyof typeof KINDS;
/** The state and the command of a kind. */
export type StateOf<K extends Kind> =
  (typeof KINDS)[K]['decider'] extends Decider<infer State, infer _C, infer _E> ? State : never;
export type CommandOf<K extends Kind> =
  (typeof KINDS)[K]['decider'] extends Decider<infer _S, infer Command, infer _E> ? Command : never;
