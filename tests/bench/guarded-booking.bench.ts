import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { openSqliteExpiringStore } from '@lcm/adapters/sql/sqlite-expiring-store.ts';
import { AUDIENCE, ISSUER, signingKey, tokenOf } from '@lcm/control-plane-api/auth/bearer/issuer.fixture.ts';
import { issuerKeys } from '@lcm/control-plane-api/auth/bearer/issuer-keys.ts';
import { jwtCallers } from '@lcm/control-plane-api/auth/bearer/jwt-callers.ts';
import { Revocations } from '@lcm/control-plane-api/auth/bearer/revocations.ts';
import { LONGEST_LIFE_SECONDS } from '@lcm/control-plane-api/auth/bearer/verify-token.ts';
import type { AuthenticationWay } from '@lcm/control-plane-api/auth/caller.ts';
import { silent } from '@lcm/control-plane-api/control-plane.fixture.ts';
import { dataFolder } from './data-folder.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { type BenchPlane, startBenchPlane } from './plane.ts';
import { aDefinition, slotIn } from './scene.ts';
import { median, timed } from './statistics.ts';

export const names = ['booking-guarded-p50'];

/** After a turn: what the audit still has to do must not be charged to the other plane. */
const CALM_MS = 400;

/**
 * What authentication, authorization and audit add to a booking: the median of bookings one after the other over HTTP
 * with a bearer token that an issuer signed, held against that of a plane without an audit, where everybody is the
 * administrator. Both take turns in one process; what the audit does in the background falls into its own turns.
 */
export async function measure({ short }: BenchOptions): Promise<Measured[]> {
  const [turns, bookings] = short ? [1, 5] : [24, 150];
  await using folder = await dataFolder();
  const { way, token } = await bearer(folder.path);
  await using guarded = await startBenchPlane(join(folder.path, 'guarded'), { bearer: way });
  await using plain = await startBenchPlane(join(folder.path, 'plain'), { audited: false });
  const book = { guarded: await booker(guarded, token), plain: await booker(plain) };
  const times = { guarded: [] as number[], plain: [] as number[] };
  for (let turn = 0; turn < turns; turn++)
    for (const which of turn % 2 ? (['guarded', 'plain'] as const) : (['plain', 'guarded'] as const)) {
      const taken: number[] = [];
      for (let n = 0; n < bookings; n++) taken.push(await timed(book[which]));
      // The first ones warm up what the other plane has driven out of the caches.
      times[which].push(...taken.slice(Math.ceil(bookings / 10)));
      await new Promise((resolve) => setTimeout(resolve, CALM_MS));
    }
  return [
    {
      name: 'booking-guarded-p50',
      value: median(times.guarded),
      unit: 'ms',
      limit: median(times.plain),
      note: `${times.guarded.length} bookings each`,
    },
  ];
}

/** A token of an issuer, and the way that takes it, with what was revoked in a file as in the embedded system. */
async function bearer(folder: string): Promise<{ way: AuthenticationWay; token: string }> {
  const key = await signingKey('bench', 'ES256');
  const revoked = openSqliteExpiringStore(join(folder, 'revoked.sqlite'), systemClock);
  const way = jwtCallers({
    issuers: [
      {
        issuer: ISSUER,
        audience: AUDIENCE,
        keys: issuerKeys({ load: async () => ({ keys: [key.jwk] }), clock: systemClock, log: silent }),
      },
    ],
    revocations: new Revocations(revoked, systemClock, LONGEST_LIFE_SECONDS * 1_000),
    clock: systemClock,
  });
  const token = await tokenOf(key, systemClock.now(), {
    claims: { roles: ['admin'], exp: Math.floor(systemClock.now() / 1_000) + 3_600 },
  });
  return {
    // The plane's own clients show other credentials, which this way would refuse.
    way: async (credentials) =>
      credentials.headers['authorization'] === `Bearer ${token}` ? way(credentials) : undefined,
    token,
  };
}

async function booker(plane: BenchPlane, token?: string): Promise<() => Promise<void>> {
  const body = JSON.stringify({ definitionId: await aDefinition(plane), ...slotIn(2) });
  const agent = new Agent({ keepAlive: true });
  const url = `${plane.url}/api/v1/sessions`;
  const headers = {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  return () =>
    new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
        answer.resume();
        answer.on('end', () =>
          answer.statusCode === 201 ? resolve() : reject(new Error(`${url} answered ${answer.statusCode}`)),
        );
      });
      sent.on('error', reject);
      sent.end(body);
    });
}
