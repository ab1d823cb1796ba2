import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { fixedSecrets } from '@lcm/adapters/secrets/fixed-secrets.ts';
import { expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { configuredOutgoing } from './configured-outgoing.ts';

const SMTP = 'smtp://me:marker-secret@mail.example.com';
const outgoing = (environment: Record<string, string>) =>
  configuredOutgoing(readConfig(environment), fixedSecrets({ 'env:SMTP': SMTP }), systemClock);

it('reaches nothing private, unless it is allowed', async () => {
  const url = 'http://10.20.1.1/hook';
  await expect((await outgoing({})).web.check(url)).rejects.toMatchObject({ code: 'rule' });
  await (await outgoing({ LCM_ALLOWED_TARGETS: '192.168.7.0/24, 10.20.0.0/16' })).web.check(url);
});

it('sends mail only where a server is configured, its URL by reference or not', async () => {
  expect((await outgoing({})).mail).toBeUndefined();
  for (const url of [SMTP, 'env:SMTP'])
    expect((await outgoing({ LCM_SMTP_URL: url, LCM_MAIL_FROM: 'lcm@example.com' })).mail).toBeDefined();
});

it('names what is wrong, and tells no secret', async () => {
  await expect(outgoing({ LCM_ALLOWED_TARGETS: '10.0.0.0/99' })).rejects.toThrow('LCM_ALLOWED_TARGETS');
  await expect(outgoing({ LCM_SMTP_URL: SMTP })).rejects.toThrow('LCM_MAIL_FROM');
  const wrong = { LCM_SMTP_URL: 'https://me:marker-secret@x', LCM_MAIL_FROM: 'lcm@example.com' };
  const problem = await outgoing(wrong).catch((error: unknown) => String(error));
  expect(problem).toContain('LCM_SMTP_URL');
  expect(problem).not.toContain('marker-secret');
});
