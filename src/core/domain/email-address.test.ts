import { expect, it } from 'vitest';
import { emailAddress } from './email-address.ts';

it('takes 64 characters before the @ and no more', () => {
  expect(emailAddress.safeParse(`${'a'.repeat(64)}@example.com`).success).toBe(true);
  expect(emailAddress.safeParse(`${'a'.repeat(65)}@example.com`).success).toBe(false);
  expect(emailAddress.safeParse('nobody').success).toBe(false);
});
