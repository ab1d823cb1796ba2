import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { serviceSecrets } from '@lcm/control-plane-api/auth/bearer/service-secrets.ts';
import { expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { configuredSecrets } from './configured-secrets.ts';
import { eventSources } from './event-sources.ts';

const SECRET = 'x3Fq9-kL2mN8pR5sT7vW1yZ4aB6cD0eG';
const sourcesOf = (LCM_EVENT_SOURCES: string, environment: Record<string, string> = {}) =>
  eventSources(readConfig({ LCM_EVENT_SOURCES }), configuredSecrets(environment, systemClock));

it('lets each source in by its own secret, to send events and nothing else', async () => {
  const way = serviceSecrets(await sourcesOf('lds=env:LDS_SECRET', { LDS_SECRET: SECRET }));
  const bearing = (token: string) => ({ method: 'POST', headers: { authorization: `Bearer ${token}` } });
  expect(await way(bearing(SECRET))).toMatchObject({ username: 'lds', roles: ['event-source'] });
  expect(await way(bearing(`${SECRET}x`))).toBeUndefined();
});

it('has none where none are configured', async () => {
  expect(await sourcesOf('')).toEqual([]);
});

it.each([
  ['a secret in the open', `lds=${SECRET}`],
  ['no name', 'env:LDS_SECRET'],
])('does not start with %s, and does not repeat it', async (_what, text) => {
  const problem: unknown = await sourcesOf(text, { LDS_SECRET: SECRET }).catch(String);
  expect(problem).toContain('such as lds=env:');
  expect(problem).not.toContain(SECRET);
});

it.each(['', 'short', 'a'.repeat(40)])('does not start with the weak secret "%s"', async (secret) => {
  await expect(sourcesOf('lds=env:LDS_SECRET', { LDS_SECRET: secret })).rejects.toThrow(/LCM_EVENT_SOURCES/);
});
