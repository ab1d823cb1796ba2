import { z } from 'zod';
import { sessionId } from '../domain/ids.ts';
import { BOOKERS, endpoint } from './endpoint.ts';
import { problem } from './problem.ts';
import { bookingRequest, sessionView } from './sessions.ts';

/** Most sessions in one request. */
const LARGEST_BATCH = 200;
const BODY_BYTES = 1_000_000;
const SECONDS = 120;

/** What may be done to many sessions at once: each needs the role that it needs for one. */
const BATCH_ACTIONS = ['cancel', 'hold', 'unhold', 'pause', 'resume', 'collect', 'grade'] as const;

const item = z.strictObject({
  id: sessionId,
  version: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('As it was read: refused where it is another by now. What If-Match is for one'),
});
const items = z.array(item).min(1).max(LARGEST_BATCH);
const reason = z.string().max(500).optional();

/** What became of each, in the order asked for; one that is refused holds up no other. */
const outcomes = z.object({
  done: z.number().int(),
  refused: z.number().int(),
  items: z.array(
    z.discriminatedUnion('status', [
      z.object({ status: z.literal('done'), session: sessionView }),
      z.object({ status: z.literal('refused'), id: z.string().optional(), problem }),
    ]),
  ),
});
export type BatchOutcomes = z.infer<typeof outcomes>;

/** Operations on many sessions at once. Each counts for as many requests as it has items. */
export const sessionBatches = {
  act: endpoint({
    method: 'POST',
    path: '/api/v1/sessions/bulk',
    summary: 'Do the same to many sessions',
    description:
      'Answers 200 with what became of each. `extend` takes `seconds`; the others none. An action needs the roles that it needs for one session, and each session is looked at as if it stood alone.',
    roles: BOOKERS,
    rule: 'actsOnSession',
    body: z.discriminatedUnion('action', [
      z.strictObject({ action: z.enum(BATCH_ACTIONS), items, reason }),
      z.strictObject({
        action: z.literal('extend'),
        seconds: z.number().int().min(1).max(86_400),
        items,
        reason,
      }),
    ]),
    answer: outcomes,
    bodyBytes: BODY_BYTES,
    seconds: SECONDS,
    counts: (body) => body.items.length,
  }),
  book: endpoint({
    method: 'POST',
    path: '/api/v1/sessions/bulk/bookings',
    summary: 'Book many sessions',
    description:
      'Answers 200 with what became of each. With an Idempotency-Key the same request again books nothing twice, and tries again what was refused.',
    roles: BOOKERS,
    rule: 'booksForOthers',
    body: z.strictObject({ items: z.array(bookingRequest).min(1).max(LARGEST_BATCH) }),
    answer: outcomes,
    idempotencyKey: true,
    bodyBytes: BODY_BYTES,
    seconds: SECONDS,
    counts: (body) => body.items.length,
  }),
};
