import { z } from 'zod';
import { AUDIT_OUTCOMES, auditEntry } from '../domain/audit-entry.ts';
import { instant } from '../domain/time.ts';
import { endpoint, type Role } from './endpoint.ts';
import { pageOf, paging } from './list.ts';

/** Those who may look into the audit. */
export const AUDITORS: readonly Role[] = ['admin'];

/** What entries are searched by; all that is given has to hold. */
export const auditFilters = {
  who: z
    .string()
    .min(1)
    .max(700)
    .optional()
    .describe('User name, subject, `<issuer>|<subject>`, or e-mail address'),
  operation: z.string().max(100).optional().describe('Operation id, such as `sessions.book`'),
  outcome: z.enum(AUDIT_OUTCOMES).optional(),
  kind: z.string().max(50).optional().describe('Kind of the resource, such as `session`'),
  resourceId: z.string().max(200).optional(),
  from: instant.optional().describe('Not before'),
  to: instant.optional().describe('Before'),
  correlationId: z.string().max(100).optional(),
  text: z.string().min(1).max(200).optional().describe('Anywhere in the entry, in any case'),
};

/** What the seal of a day says. */
const daySeal = z.object({
  day: z.iso.date(),
  firstPlace: z.number().int(),
  lastPlace: z.number().int(),
  root: z.string().describe('SHA-256 over all rows up to the end of the day'),
  previousRoot: z.string(),
  sealedAt: instant,
  droppedAt: instant.optional().describe('Since when its rows are gone'),
});

const verdict = z.object({
  intact: z.boolean(),
  rows: z.number().int(),
  days: z.number().int().describe('Sealed ones, those whose rows are dropped included'),
  waiting: z.number().int().describe('Received a moment ago, not chained yet'),
  root: z
    .string()
    .describe('Hash of the last row: kept elsewhere, it proves more than any proof that is kept here'),
  tampering: z
    .object({
      what: z.enum(['changed', 'added', 'missing', 'seal']),
      day: z.string().optional(),
      place: z.number().int().optional().describe('Counts the rows from 1'),
      rowId: z.string().optional(),
      message: z.string(),
    })
    .optional()
    .describe('What is wrong first, from the oldest row on'),
});

/** Operations on the audit. */
export const audit = {
  list: endpoint({
    method: 'GET',
    path: '/api/v1/audit',
    summary: 'Search the audit, newest first',
    description:
      'A search for a text looks through a bounded number of entries per page: a page may be short, or empty, and have a next one.',
    roles: AUDITORS,
    rule: 'role',
    query: z.object({ ...paging, ...auditFilters }),
    answer: pageOf(auditEntry),
  }),
  verify: endpoint({
    method: 'GET',
    path: '/api/v1/audit/verification',
    summary:
      'Read the whole audit over: whether it is intact, or which row was changed, added or removed first',
    roles: AUDITORS,
    rule: 'role',
    answer: verdict,
    seconds: 600,
  }),
  seals: endpoint({
    method: 'GET',
    path: '/api/v1/audit/seals',
    summary: 'The seals of all days that are over, oldest first',
    roles: AUDITORS,
    rule: 'role',
    answer: z.object({ items: z.array(daySeal) }),
  }),
  erase: endpoint({
    method: 'DELETE',
    path: '/api/v1/audit/subjects/:id',
    summary: 'Forget a person: names, e-mail and IP addresses in the audit cannot be read any more',
    description:
      'Destroys the keys of whoever is known under that user name, subject, `<issuer>|<subject>`, external id, e-mail or IP address. What they did stays, and the audit stays intact. Sessions and their history are another matter.',
    roles: AUDITORS,
    rule: 'role',
    params: z.object({ id: z.string().min(1).max(500) }),
    answer: z.object({ persons: z.number().int().min(1) }),
    refusals: ['notFound'],
  }),
};
