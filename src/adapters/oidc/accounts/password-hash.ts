import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Refusal } from '@lcm/core/domain/refusal.ts';

/**
 * The password as it is kept: scrypt with N = 2^15, r = 8, p = 3, one of the settings that OWASP's Password Storage
 * Cheat Sheet recommends (32 MiB each). Parameters and salt stand in the text, in the PHC string format.
 * @throws Refusal `busy` where too many are being made
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST);
  return `$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$${text(salt)}$${text(hash)}`;
}

/** Whether the password is the one that was kept. @throws Refusal `busy` */
export async function isPassword(password: string, kept: string): Promise<boolean> {
  const match = KEPT.exec(kept);
  if (!match?.groups) return false;
  const { ln, r, p, salt = '', hash = '' } = match.groups;
  const expected = Buffer.from(hash, 'base64');
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  const actual = await derive(password, Buffer.from(salt, 'base64'), cost);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/** Whether it was made with other parameters than today's, and should be made anew at the next sign-in. */
export const isOutdated = (kept: string): boolean =>
  !kept.startsWith(`$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$`);

interface Cost {
  /** Logarithm of N to base 2. */
  ln: number;
  r: number;
  p: number;
}

const COST: Cost = { ln: 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const KEPT =
  /^\$scrypt\$ln=(?<ln>\d{1,2}),r=(?<r>\d{1,2}),p=(?<p>\d{1,2})\$(?<salt>[\w+/]+)\$(?<hash>[\w+/]+)$/;

/** Hashes made at once: they keep a core each busy, and the thread pool has files to serve as well. */
const AT_ONCE = 2;
/** Hashes waiting for their turn; whoever comes after is sent away. */
const MOST_WAITING = 64;

let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer, { ln, r, p }: Cost): Promise<Buffer> {
  await turn();
  try {
    return await new Promise((resolve, reject) => {
      const cost = { N: 2 ** ln, r, p, maxmem: 2 * 128 * 2 ** ln * r };
      // Two ways to type the same letter are the same letter (NIST SP 800-63B, 3.1.1.2).
      scrypt(password.normalize('NFKC'), salt, HASH_BYTES, cost, (error, key) =>
        error ? reject(error) : resolve(key),
      );
    });
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

async function turn(): Promise<void> {
  if (running >= AT_ONCE) {
    if (waiting.length >= MOST_WAITING) throw new Refusal('busy', 'too many people sign in at this moment');
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
  }
  running += 1;
}

/** Base64 without padding, as the PHC string format has it. */
const text = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
