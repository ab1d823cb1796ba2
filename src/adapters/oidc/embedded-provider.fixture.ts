import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '@lcm/core/spi/log.ts';
import { systemClock } from '../clock/system-clock.ts';
import { MemoryExpiringStore } from '../memory/memory-expiring-store.ts';
import { systemRandom } from '../random/system-random.ts';
import { EmbeddedAccounts } from './accounts/embedded-accounts.ts';
import type { PageClient } from './clients.ts';
import { type EmbeddedProvider, embeddedProvider } from './embedded-provider.ts';
import { EmbeddedServiceAccounts } from './service-accounts/embedded-service-accounts.ts';

/** Where the page takes its codes: nothing listens there, tests read them from the address. */
export const CALLBACK = 'http://localhost:8020/api/auth/callback';
export const SIGNED_OUT = 'http://localhost:8020/signed-out';
export const PAGE_SECRET = 'page-secret-of-this-test';
export const AUDIENCE = 'lcm';

/** A provider that listens on loopback and can be started again on what it kept. */
export interface RunningProvider {
  issuer: string;
  provider: EmbeddedProvider;
  accounts: EmbeddedAccounts;
  serviceAccounts: EmbeddedServiceAccounts;
  store: MemoryExpiringStore;
  /** What reached the page's back channel. */
  logoutTokens: string[];
  logged: string[];
  /** Another process takes over: nothing but the store stays. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a provider with the accounts of the demo and the page's client. */
export async function startProvider(): Promise<RunningProvider> {
  const store = new MemoryExpiringStore(systemClock);
  const logged: string[] = [];
  const logoutTokens: string[] = [];
  let running: {
    provider: EmbeddedProvider;
    accounts: EmbeddedAccounts;
    serviceAccounts: EmbeddedServiceAccounts;
  };
  const server = createServer((request, response) => {
    const at = { mountedAt: '/oidc', address: request.socket.remoteAddress ?? '' };
    running.provider
      .handle(request, response, at)
      .catch((error: unknown) => response.destroy(error as Error));
  });
  const issuer = `http://127.0.0.1:${await listen(server)}/oidc`;
  const start = async () => {
    const accounts = new EmbeddedAccounts({ store, random: systemRandom, demo: true });
    const serviceAccounts = new EmbeddedServiceAccounts({ store, clock: systemClock, random: systemRandom });
    const provider = await embeddedProvider({
      issuer,
      audience: AUDIENCE,
      store,
      clock: systemClock,
      random: systemRandom,
      accounts,
      serviceAccounts,
      clients: CLIENTS,
      log: logInto(logged),
      fetch: async (_url, init) => {
        logoutTokens.push(new URLSearchParams(String(init?.body)).get('logout_token') ?? '');
        return new Response();
      },
    });
    return { provider, accounts, serviceAccounts };
  };
  running = await start();
  return {
    issuer,
    get provider() {
      return running.provider;
    },
    get accounts() {
      return running.accounts;
    },
    get serviceAccounts() {
      return running.serviceAccounts;
    },
    store,
    logoutTokens,
    logged,
    restart: async () => {
      running.provider.close();
      running = await start();
    },
    stop: async () => {
      running.provider.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const CLIENTS: PageClient[] = [
  {
    id: 'lcm-page',
    name: 'Dashboard',
    secret: PAGE_SECRET,
    redirectUris: [CALLBACK],
    postLogoutRedirectUris: [SIGNED_OUT],
    backChannelLogoutUri: 'http://localhost:8020/api/auth/backchannel-logout',
  },
];

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

function logInto(lines: string[]): Log {
  const write = (facts: Record<string, unknown>, message: string) => {
    lines.push(`${message} ${JSON.stringify(facts)}`);
  };
  return { debug: write, info: write, warn: write, error: write, child: () => logInto(lines) };
}
