import { createHmac } from 'node:crypto';
import type { Random } from '@lcm/core/spi/random.ts';

/** Says that what follows is a secret of this kind, as receivers' libraries expect it. */
const PREFIX = 'whsec_';

/** A secret to sign with: 256 bits in base64 after `whsec_`. */
export function newSecret(random: Random): string {
  return PREFIX + Buffer.from(random.secret(), 'base64url').toString('base64');
}

/**
 * Headers by which a receiver knows a message as ours, unchanged and new: HMAC-SHA256 over id, time and body
 * (https://www.standardwebhooks.com). Receivers refuse a time that is more than some minutes away.
 * @param at milliseconds since the epoch
 */
export function signature(secret: string, id: string, at: number, body: string): Record<string, string> {
  const seconds = String(Math.floor(at / 1_000));
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${mac}` };
}
