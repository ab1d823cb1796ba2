import { Readable } from 'node:stream';
import { AUDITORS, auditFilters } from '@lcm/core/api/audit.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { auditEvent, followAudit } from '../audit/follow.ts';
import { EXPORT_FORMATS, writtenOut } from '../audit/written-out.ts';
import type { Operation } from '../auth/authorize.ts';
import { OpenStreams } from '../live/open-streams.ts';
import type { Services } from '../services.ts';
import { booksOf } from './audit-handlers.ts';
import { checked } from './checked.ts';
import type { Door } from './door.ts';

export const EXPORT_AUDIT: Operation = {
  method: 'GET',
  path: '/api/v1/audit/export',
  summary: 'All entries of the audit that are found, as JSON line by line or as CSV, newest first',
  roles: AUDITORS,
  rule: 'role',
};
export const exportQuery = z.strictObject({
  ...auditFilters,
  format: z.enum(EXPORT_FORMATS).default('ndjson'),
});

export const FOLLOW_AUDIT: Operation = {
  method: 'GET',
  path: '/api/v1/audit/stream',
  summary: 'Follow the audit: each entry as a CloudEvent, in order and without gaps (server-sent events)',
  roles: AUDITORS,
  rule: 'role',
};
export const followQuery = z.strictObject({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe(
      'Place in the chain to go on from, as `Last-Event-ID` says it; what comes from now on where absent',
    ),
});

const TYPES = { ndjson: 'application/x-ndjson; charset=utf-8', csv: 'text/csv; charset=utf-8' };

/** Serves the audit to programs that take all of it: once, or as it comes. */
export function registerAuditStreams(app: FastifyInstance, services: Services, door: Door): void {
  app.get(EXPORT_AUDIT.path, { exposeHeadRoute: false }, async (request, reply) => {
    await door.admit(EXPORT_AUDIT, request, reply);
    const { format, ...search } = checked(exportQuery, request.query, 'query');
    const text = Readable.from(writtenOut(booksOf(services), search, format), { objectMode: false });
    return reply
      .type(TYPES[format])
      .header('content-disposition', `attachment; filename="audit.${format}"`)
      .send(text);
  });

  const streams = new OpenStreams(services, door, FOLLOW_AUDIT);
  app.addHook('preClose', async () => {
    streams.endAll();
  });
  app.get(FOLLOW_AUDIT.path, { exposeHeadRoute: false }, (request, reply) => {
    const books = booksOf(services);
    return streams.serve(
      { request, reply },
      async () => placeAskedFor(request) ?? (await books.log.lastLink())?.place ?? 0,
      async ({ writer }, after) => {
        const { signal } = writer;
        for await (const entries of followAudit(books, after, { clock: services.clock, signal }))
          await writer.writeAndWait(Buffer.from(entries.map(eventText).join('')));
      },
    );
  });
}

const eventText = (placed: Parameters<typeof auditEvent>[0]): string =>
  `event: audit.recorded\nid: ${placed.place}\ndata: ${JSON.stringify(auditEvent(placed))}\n\n`;

function placeAskedFor(request: FastifyRequest): number | undefined {
  const { after } = checked(followQuery, request.query, 'query');
  const header = request.headers['last-event-id'];
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : after;
}
