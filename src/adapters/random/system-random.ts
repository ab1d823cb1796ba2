import { randomBytes, randomUUID } from 'node:crypto';
import type { Random } from '@lcm/core/spi/random.ts';

/** The machine's own source of chance. */
export const systemRandom: Random = {
  next: () => Math.random(),
  uuid: () => randomUUID(),
  secret: () => randomBytes(32).toString('base64url'),
};
