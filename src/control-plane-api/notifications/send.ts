import type { Notification } from '@lcm/core/domain/notification.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import { letterOf, webhookMessage } from './message.ts';
import type { Outgoing } from './outgoing.ts';
import type { Receiver } from './receivers.ts';
import { signature } from './signature.ts';

/** What became of an attempt to send. */
export type Sent =
  | { outcome: 'sent' }
  /** It was not taken; another try may do. */
  | { outcome: 'failed'; message: string }
  /** Nobody answered, and nobody will for the next message either. */
  | { outcome: 'unreachable'; message: string }
  /** The receiver asks to wait so long (429). */
  | { outcome: 'later'; waitMs: number }
  /** The receiver wants nothing any more (410). */
  | { outcome: 'gone' }
  /** This message will never be taken. */
  | { outcome: 'refused'; message: string };

/** Sends one message; never throws for what the receiver does. */
export async function send(
  { web, mail }: Outgoing,
  clock: Clock,
  message: Notification,
  to: Receiver,
  isDigest: boolean,
  signal: AbortSignal,
): Promise<Sent> {
  try {
    if (to.type === 'webhook') return await post(web, clock, message, to, isDigest, signal);
    if (!mail) return { outcome: 'refused', message: 'no mail server is configured' };
    await mail.send({ id: message.id, to: to.address, ...letterOf(message.notices) });
    return { outcome: 'sent' };
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return { outcome: refusal.code === 'rule' ? 'refused' : 'unreachable', message: refusal.message };
  }
}

/** By the rules of webhooks for CloudEvents: 2xx took it, 410 wants no more, 429 asks to wait, nothing redirects. */
async function post(
  web: Outgoing['web'],
  clock: Clock,
  { id, notices }: Notification,
  { url, secret }: Extract<Receiver, { type: 'webhook' }>,
  isDigest: boolean,
  signal: AbortSignal,
): Promise<Sent> {
  const { type, body } = webhookMessage(notices, isDigest);
  const signed = secret === undefined ? { 'webhook-id': id } : signature(secret, id, clock.now(), body);
  const headers = { 'content-type': type, 'user-agent': 'lablet-cloud-manager', ...signed };
  const answer = await web.fetch(url, { method: 'POST', headers, body, signal });
  if (answer.ok) return { outcome: 'sent' };
  if (answer.status === 410) return { outcome: 'gone' };
  if (answer.status === 429) return { outcome: 'later', waitMs: waitOf(answer, clock.now()) };
  return { outcome: 'failed', message: `it answered ${answer.status}` };
}

const STANDARD_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 86_400_000;

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3). */
function waitOf(answer: Response, now: number): number {
  const said = answer.headers.get('retry-after')?.trim() ?? '';
  const asked = /^\d{1,9}$/.test(said) ? Number(said) * 1_000 : Date.parse(said) - now;
  return Number.isFinite(asked) ? Math.min(Math.max(asked, 1_000), LONGEST_WAIT_MS) : STANDARD_WAIT_MS;
}
