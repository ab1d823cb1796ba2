import { decodeJwt } from 'jose';
import { expect, it, onTestFinished } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.ts';
import { pinoLog } from '../log/pino-log.ts';
import { MemoryExpiringStore } from '../memory/memory-expiring-store.ts';
import { systemRandom } from '../random/system-random.ts';
import { EmbeddedAccounts } from './accounts/embedded-accounts.ts';
import { embeddedProvider } from './embedded-provider.ts';
import { EmbeddedServiceAccounts } from './service-accounts/embedded-service-accounts.ts';

it('a token by password is as old as the look at its account: what was revoked since holds for it', async () => {
  const clock = new VirtualClock();
  const store = new MemoryExpiringStore(clock);
  const provider = await embeddedProvider({
    issuer: 'http://localhost:8020/oidc',
    audience: 'lcm',
    store,
    clock,
    random: systemRandom,
    accounts: new EmbeddedAccounts({ store, random: systemRandom, demo: true }),
    serviceAccounts: new EmbeddedServiceAccounts({ store, clock, random: systemRandom }),
    clients: [],
    log: pinoLog({ level: 'silent' }),
  });
  onTestFinished(() => provider.close());
  const askedAt = clock.now();
  const asked = provider.logIn({ username: 'user', password: 'test' });
  await clock.advance(5_000);
  const { accessToken, expiresInSeconds } = await asked;
  expect(decodeJwt(accessToken).iat).toBe(askedAt / 1_000);
  expect(expiresInSeconds).toBe(86_400 - 5);
});
