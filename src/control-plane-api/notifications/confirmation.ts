import { sameSecret } from '@lcm/adapters/secrets/same-secret.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { z } from 'zod';
import type { Services } from '../services.ts';

const COLLECTION = 'mailbox-codes';
const CODE_MS = 86_400_000;
/** Letters to mailboxes that may be anybody's, per person and day. */
const MOST_CODES = 10;

const kept = z.object({ code: z.string() });

/** @throws Refusal `quota` where the person had codes sent to too many mailboxes today */
export async function refuseTooManyCodes({ expiring }: Services, subscriber: string): Promise<void> {
  if ((await expiring.findBy(COLLECTION, 'subscriber', subscriber)).length < MOST_CODES) return;
  throw new Refusal('quota', `${MOST_CODES} mailboxes a day are confirmed: come again tomorrow`);
}

/** Sends the code that shows that the mailbox is the subscriber's. @throws Refusal of the mail server */
export async function sendCode(
  { expiring, random, clock, outgoing }: Services,
  subscription: string,
  to: string,
  subscriber: string,
): Promise<void> {
  const code = random.secret();
  const terms = { expiresAt: clock.now() + CODE_MS, index: { subscriber } };
  await expiring.put(COLLECTION, subscription, { code }, terms);
  await outgoing.mail?.send({
    id: `${subscription}-code`,
    to,
    subject: '[LCM] Confirm your mailbox',
    text: `Somebody wants Lablet Cloud Manager to write to this mailbox (subscription ${subscription}).\nIf it was you, give this code back within a day:\n\n${code}\n\nIf not, do nothing: you will not be written to again.\n`,
  });
}

/** @throws Refusal `rule` for another code than the one that was sent, or one that is too old */
export async function checkCode({ expiring }: Services, subscription: string, code: string): Promise<void> {
  const sent = kept.safeParse((await expiring.get(COLLECTION, subscription))?.value).data?.code;
  if (sent !== undefined && sameSecret(sent, code)) return;
  throw new Refusal('rule', 'this is not the code that was sent, or it is older than a day', {
    fields: [{ pointer: '/code', message: 'is not the one that was sent' }],
  });
}
