import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScene, type Scene } from './access-scene.ts';
import { expectedOf, type Outcome } from './expected-access.ts';
import { type Aim, aimsOf, OPERATIONS, type Operation, requestFor } from './operations.ts';
import type { Persona } from './personas.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
  scene.freeze();
});
afterAll(() => scene.stop());

/** Those whose answer goes on for ever are asked by those only whom they refuse: what they send has tests of its own. */
const isEndless = ({ name }: Operation): boolean => name.endsWith('stream');

/** Those that a login ends by: whoever has sent one is logged in again. */
const isLogOut = ({ name }: Operation): boolean => name.startsWith('auth.logOut');

/** What only an issuer can make: login.test.ts makes them. */
const isSigned = ({ name }: Operation): boolean => name === 'auth.backChannelLogout';

async function statusOf(operation: Operation, persona: Persona, aim: Aim): Promise<number> {
  const { headers, ...request } = requestFor(operation, aim, scene);
  // Who has no role may ask once a minute.
  if (persona === 'nobody in particular') await scene.clock.advance(60_000);
  const answer = await scene.plane.app.inject({
    ...request,
    headers: { ...headers, ...scene.personas[persona].headers },
  });
  if (isLogOut(operation) && persona.endsWith(' by cookie')) await scene.comeBack(persona);
  return batchStatusOf(answer.payload) ?? answer.statusCode;
}

/** What became of the one item of a batch, which is answered 200 whatever that is. */
function batchStatusOf(payload: string): number | undefined {
  if (!payload.startsWith('{"done":')) return undefined;
  const { items } = JSON.parse(payload) as { items: { problem?: { status: number } }[] };
  return items[0]?.problem?.status;
}

const REFUSED: Readonly<Record<number, Outcome>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'notFound',
};

/** What a status says of access. What is not there for those either who are to see it is no matter of access. */
async function outcomeOf(operation: Operation, persona: Persona, aim: Aim): Promise<Outcome> {
  const status = await statusOf(operation, persona, aim);
  const sees = [...WITNESSES, persona].find(
    (one) => expectedOf(operation, one, aim.whose, scene.personas) === 'allowed',
  );
  if (status === 404 && sees && (await statusOf(operation, sees, aim)) === 404) return 'allowed';
  return REFUSED[status] ?? 'allowed';
}
const WITNESSES: readonly Persona[] = ['admin', 'user', 'lab-author', 'candidate'];

it('knows of every operation, and each says who may call it', () => {
  expect(OPERATIONS.length).toBeGreaterThan(100);
  for (const { name, roles, rule } of OPERATIONS) {
    expect(rule, name).toBeTypeOf('string');
    expect(roles.length === 0, name).toBe(rule === 'public');
  }
});

/** Somebody who may call it. */
const callerOf = ({ rule, services }: Operation): Persona =>
  rule === 'service' ? (services[0] ?? 'admin') : 'admin';

describe.each(OPERATIONS)('$name', (operation) => {
  it('is allowed exactly where it is declared', async () => {
    const differences: Record<string, string> = {};
    for (const aim of aimsOf(operation, scene))
      for (const persona of Object.keys(scene.personas) as Persona[]) {
        const declared = expectedOf(operation, persona, aim.whose, scene.personas);
        if (isEndless(operation) && declared === 'allowed') continue;
        const found = await outcomeOf(operation, persona, aim);
        if (found !== declared) differences[`${persona}, ${aim.whose}`] = `${found}, not ${declared}`;
      }
    expect(differences).toEqual({});
  });
});

describe.each(OPERATIONS.filter((operation) => !isEndless(operation) && !isSigned(operation)))(
  '$name',
  (operation) => {
    // A request that is malformed for everybody would say nothing of who may make it.
    it('takes the request that is made of it', async () => {
      const [aim = { whose: 'anybody’s' }] = aimsOf(operation, scene);
      expect([400, 413, 415]).not.toContain(await statusOf(operation, callerOf(operation), aim));
    });
  },
);
