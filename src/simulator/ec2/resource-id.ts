import { createHash } from 'node:crypto';
import type { Random } from '@lcm/core/spi/random.ts';

/** A new id in EC2's long format, such as `i-0123456789abcdef0`. */
export function newResourceId(prefix: string, random: Random): string {
  let digits = '0';
  while (digits.length < 17) digits += Math.floor(random.next() * 16).toString(16);
  return `${prefix}-${digits}`;
}

/** The id that a thing of that name always has, so that configurations can name it. */
export function fixedResourceId(prefix: string, name: string): string {
  return `${prefix}-0${createHash('sha256').update(`${prefix}/${name}`).digest('hex').slice(0, 16)}`;
}
