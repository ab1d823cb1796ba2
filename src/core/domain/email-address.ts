import { z } from 'zod';

/** An e-mail address: 64 characters at most before the `@`, 255 after it (RFC 5321, 4.5.3.1). */
export const emailAddress = z
  .email()
  .max(320)
  .regex(/^[^@]{1,64}@/, 'has more than 64 characters before the @');
