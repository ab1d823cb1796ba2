import { createClient } from '@lcm/core/api/client.ts';
import { contract } from '@lcm/core/api/contract.ts';
import type { BookingRequest, SessionView } from '@lcm/core/api/sessions.ts';
import { scoreReportId } from '@lcm/core/domain/ids.ts';
import { ownerKey } from '@lcm/core/domain/person.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SECRET, silent, startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { FailingStore } from '../failing-store.fixture.ts';
import { localCallers } from '../local-callers.fixture.ts';
import { sceneOn } from '../scene.fixture.ts';
import { callerOf, clientAs, testCallers } from '../test-callers.fixture.ts';
import { AUDIENCE, ISSUER, issuerAndDoor, signingKey } from './bearer/issuer.fixture.ts';
import { issuerKeys } from './bearer/issuer-keys.ts';
import { jwtCallers } from './bearer/jwt-callers.ts';
import type { Caller } from './caller.ts';

const ELSEWHERE = 'https://other.example';
const failing = new FailingStore();
let on: TestPlane;
let scene: ReturnType<typeof sceneOn>;
/** Calls with a token of that issuer that says this of its subject. */
let as: (claims: Record<string, unknown>, issuer?: string) => Promise<TestPlane['admin']>;

beforeEach(async () => {
  failing.recover();
  const { clock, first, revocations, token } = await issuerAndDoor();
  const other = await signingKey('k-other');
  const trusted = (issuer: string, { jwk }: typeof first) => ({
    issuer,
    audience: AUDIENCE,
    keys: issuerKeys({ load: async () => ({ keys: [jwk] }), clock, log: silent }),
  });
  const issuers = [trusted(ISSUER, first), trusted(ELSEWHERE, other)];
  const people = jwtCallers({ issuers, revocations, clock });
  const others = localCallers(SECRET);
  on = await startTestPlane({
    clock,
    seenStore: (store) => failing.over(store),
    settingDefaults: { maxSessionsPerOwner: 1 },
    authenticate: async (credentials) => {
      const { authorization = '' } = credentials.headers;
      if (authorization.includes('{')) return testCallers(credentials);
      const person = authorization.includes('.') ? await people(credentials) : undefined;
      return person ?? others(credentials);
    },
  });
  scene = sceneOn(on);
  await scene.definition();
  as = async (claims, issuer = ISSUER) => {
    const said = { iss: issuer, roles: ['candidate'], ...claims };
    const bearer = await token({ claims: said }, issuer === ISSUER ? first : other);
    const headers = () => ({ authorization: `Bearer ${bearer}` });
    return createClient(contract, { baseUrl: '', fetch: on.plane.fetch, headers });
  };
});
afterEach(() => on.stop());

const ADA = { sub: 's-ada', username: 'ada', user_id: 'u-ada' };
const adasKey = ownerKey({ issuer: ISSUER, subject: 's-ada' });
const forAda = (more: Partial<BookingRequest> = {}) =>
  scene.book(2, { owner: { externalId: 'u-ada' }, department: 'training', ...more });
/** What the reactions have to do is done soon after. */
const settled = () => on.clock.advance(2_000);
const idsOf = (page: { items: { id: string }[] }) => page.items.map(({ id }) => id);
const sessionsOf = async (client: TestPlane['admin']) => idsOf(await client.sessions.list({}));
const ownerOf = async ({ id }: { id: string }) => (await scene.session(id)).ownerKey;
/** Keeps a score of the session, as the lablet controller does that knows it as it is given. */
const score = async (session: SessionView, id: string) => {
  const report = {
    id: scoreReportId.parse(id),
    sessionId: session.id,
    definitionId: session.definition.definitionId,
    ownerKey: session.ownerKey ?? '',
    engine: 'builtin' as const,
    evidenceKey: 'sha256-e',
    score: 8,
    maxScore: 10,
    cutScore: 7,
    passed: true,
    sections: [],
  };
  const sent = { params: { id: report.id }, body: { command: { type: 'submit' as const, report } } };
  await on.controller.internal.scoreReports.command(sent);
};

describe('a session that was booked for somebody by an external id is theirs with their first request', () => {
  it('where their issuer says that id of them', async () => {
    const session = await forAda();
    const ada = await as(ADA);
    expect(await sessionsOf(ada)).toEqual([session.id]);
    expect(await ada.sessions.get({ params: { id: session.id } })).toMatchObject({
      owner: { issuer: ISSUER, subject: 's-ada' },
      bookedFor: 'u-ada',
    });
  });

  it('where it is their subject', async () => {
    const session = await forAda({ owner: { externalId: 's-ada' } });
    expect(await sessionsOf(await as(ADA))).toEqual([session.id]);
  });

  it('where it is booked for that candidate, whatever the owner is called', async () => {
    const session = await forAda({ owner: { externalId: 'course-7' }, candidate: { externalId: 'u-ada' } });
    expect(await sessionsOf(await as(ADA))).toEqual([session.id]);
  });

  it('where it names their verified address, in any case', async () => {
    const candidate = { email: 'Ada.L@Example.com' };
    const session = await forAda({ owner: { externalId: 'booking-4711' }, candidate });
    const claims = { ...ADA, email: 'ada.l@EXAMPLE.com', email_verified: true };
    expect(await sessionsOf(await as(claims))).toEqual([session.id]);
  });

  it('and follows those who follow it, at once', async () => {
    const session = await forAda();
    await as(ADA).then(sessionsOf);
    await settled();
    const { entries } = await on.bus.list(`/lcm/sessions/${session.id}`);
    expect(entries.map(({ value }) => [value['ownerKey'], value['events']])).toEqual([
      [adasKey, ['session.claimed']],
    ]);
  });

  it('though it was booked only after they were here: within a minute', async () => {
    const ada = await as(ADA);
    expect(await sessionsOf(ada)).toEqual([]);
    const session = await forAda();
    await on.clock.advance(60_000);
    expect(await sessionsOf(ada)).toEqual([session.id]);
  });

  it('and is told in the audit under their name, in its history under nobody’s', async () => {
    const session = await forAda();
    await sessionsOf(await as(ADA));
    for (let n = 0; n < 20; n++) await on.clock.advance(200);
    const entries = (await on.admin.audit.list({})).items.filter(({ events }) =>
      events?.includes('session.claimed'),
    );
    expect(entries).toMatchObject([
      { operation: 'system', actor: { issuer: ISSUER, subject: 's-ada', username: 'ada' } },
    ]);
    const history = await on.admin.sessions.history({ params: { id: session.id }, query: {} });
    expect(history.items.map(({ type, by }) => [type, by])).toContainEqual([
      'session.claimed',
      'control-plane-api',
    ]);
  });
});

describe('nothing is claimed', () => {
  const claimsNothing = async (client: TestPlane['admin']) => {
    const session = await forAda({ candidate: { email: 'ada@example.com' } });
    await client.sessions.list({});
    expect(await ownerOf(session)).toBe('external:u-ada');
  };

  it('by an address that is not verified: anybody can say that it is theirs', async () => {
    for (const email_verified of [undefined, false, 'true']) {
      const mallory = await as({ sub: `s-${email_verified}`, email: 'ada@example.com', email_verified });
      await mallory.sessions.list({});
    }
    await claimsNothing(await as({ sub: 's-mallory', email: 'ada@example.com' }));
  });

  it('by a name that people choose for themselves', async () => {
    await claimsNothing(await as({ sub: 's-mallory', username: 'u-ada', preferred_username: 'u-ada' }));
  });

  it('by who acts for somebody else', async () => {
    await claimsNothing(await as({ ...ADA, act: { sub: 's-root', username: 'root' } }));
  });

  it('by services', async () => {
    await claimsNothing(await as({ ...ADA, roles: ['event-source', 'candidate'] }));
  });

  it('by a program that speaks for nobody', async () => {
    await claimsNothing(await as({ ...ADA, client_id: ADA.sub }));
  });

  it('by an account that Keycloak has for a program', async () => {
    await claimsNothing(
      await as({ ...ADA, azp: 'booking-system', preferred_username: 'service-account-booking-system' }),
    );
  });

  it('by an access token, which programs have', async () => {
    const ada: Caller = { ...callerOf('candidate', 'ada'), knownAs: { ids: ['u-ada'] } };
    const credential = { type: 'access-token' as const, id: 't-1' };
    await claimsNothing(clientAs({ ...ada, credential }, on.plane.fetch));
  });

  it('that is claimed already: not by the same id at another issuer', async () => {
    const session = await forAda();
    await sessionsOf(await as(ADA));
    const namesake = await as(ADA, ELSEWHERE);
    expect(await sessionsOf(namesake)).toEqual([]);
    expect(await ownerOf(session)).toBe(adasKey);
  });

  it('that was booked for who can log in', async () => {
    const owner = { issuer: ISSUER, subject: 's-bob' };
    const session = await forAda({ owner, candidate: { externalId: 'u-ada' } });
    await sessionsOf(await as(ADA));
    expect(await ownerOf(session)).toBe(ownerKey(owner));
  });
});

describe('of several who claim a session at once', () => {
  it('one gets it', async () => {
    const email = 'desk@example.com';
    const session = await forAda({ candidate: { email } });
    const clients = await Promise.all(
      [1, 2, 3, 4].map((n) => as({ sub: `s-${n}`, email, email_verified: true })),
    );
    const found = await Promise.all(clients.map(sessionsOf));
    const after = await Promise.all(clients.map(sessionsOf));
    expect(after.flat()).toEqual([session.id]);
    expect(found.flat()).toEqual([session.id]);
  });

  it('who asks twice at once is answered twice', async () => {
    const session = await forAda();
    const ada = await as(ADA);
    expect(await Promise.all([sessionsOf(ada), sessionsOf(ada)])).toEqual([[session.id], [session.id]]);
    expect(await on.store.count('session', { ownerKey: adasKey })).toBe(1);
  });
});

describe('with a session go', () => {
  it('its results, also where it is over', async () => {
    const session = await forAda();
    await score(session, 'sr-1');
    await on.admin.sessions.cancel({ params: { id: session.id }, body: {} });
    await settled();
    const ada = await as(ADA);
    expect((await ada.scoreReports.list({ query: {} })).items).toMatchObject([
      { id: 'sr-1', sessionId: session.id, ownerKey: adasKey, score: 8 },
    ]);
    expect(await sessionsOf(ada)).toEqual([session.id]);
  });

  it('a result that was on its way meanwhile', async () => {
    const session = await forAda();
    const ada = await as(ADA);
    await sessionsOf(ada);
    await score(session, 'sr-1');
    await settled();
    expect(idsOf(await ada.scoreReports.list({ query: {} }))).toEqual(['sr-1']);
  });

  it('results that a crash has left behind', async () => {
    const session = await forAda();
    await score(session, 'sr-1');
    failing.failAfter(1);
    const ada = await as(ADA);
    await sessionsOf(ada);
    failing.recover();
    for (let n = 0; n < 10; n++) await settled();
    expect(idsOf(await ada.scoreReports.list({ query: {} }))).toEqual(['sr-1']);
  });

  it('its seat in the quota: out of that of the external id, into that of its owner, until it ends', async () => {
    const session = await forAda();
    await expect(forAda()).rejects.toMatchObject({ code: 'quota' });
    await sessionsOf(await as(ADA));
    await settled();
    const owner = { issuer: ISSUER, subject: 's-ada' };
    await expect(forAda({ owner })).rejects.toMatchObject({ code: 'quota' });
    const next = await forAda();
    await on.admin.sessions.cancel({ params: { id: session.id }, body: {} });
    await settled();
    await forAda({ owner });
    expect(await ownerOf(next)).toBe('external:u-ada');
  });

  it('a seat past what the owner may have: it was promised', async () => {
    const owner = { issuer: ISSUER, subject: 's-ada' };
    const own = await forAda({ owner });
    const other = await forAda();
    const ada = await as(ADA);
    expect((await sessionsOf(ada)).sort()).toEqual([own.id, other.id].sort());
    await settled();
    await on.admin.sessions.cancel({ params: { id: own.id }, body: {} });
    await settled();
    await expect(forAda({ owner })).rejects.toMatchObject({ code: 'quota' });
  });
});

it('a booking system goes on naming who has claimed a session as it did', async () => {
  const start = scene.at(5);
  const request = { reservationId: 'r-1', start, end: scene.at(6) };
  const session = await forAda(request);
  await sessionsOf(await as(ADA));
  expect((await forAda(request)).id).toBe(session.id);
  await expect(forAda({ ...request, owner: { externalId: 'u-bob' } })).rejects.toMatchObject({
    code: 'conflict',
  });
});

it('nobody is kept out where nothing can be claimed at the moment, and the next request tries again', async () => {
  const session = await forAda();
  failing.failAfter(0);
  const ada = await as(ADA);
  expect(await sessionsOf(ada)).toEqual([]);
  failing.recover();
  expect(await sessionsOf(ada)).toEqual([session.id]);
});

it('a session of somebody else with an id that begins like theirs is not claimed', async () => {
  const session = await forAda({ owner: { externalId: 'u-ada-2' } });
  expect(await sessionsOf(await as(ADA))).toEqual([]);
  expect(await ownerOf(session)).toBe('external:u-ada-2');
});
