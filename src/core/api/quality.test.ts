import { describe, expect, it } from 'vitest';
import { type Contract, isEndpoint } from './client.ts';
import { publicContract } from './contract.ts';
import type { Endpoint } from './endpoint.ts';

// What integrators may rely on, whichever operation they call.

function operationsOf(part: Contract, within = ''): [string, Endpoint][] {
  return Object.entries(part).flatMap(([name, member]): [string, Endpoint][] =>
    isEndpoint(member) ? [[within + name, member]] : operationsOf(member, `${within}${name}.`),
  );
}
const all = operationsOf(publicContract);

/** Updates of what has no version: each with the reason. */
const WITHOUT_VERSION: Readonly<Record<string, string>> = {
  'tasks.comment': 'adds, and takes nothing away',
  'plainTasks.comment': 'adds, and takes nothing away',
  'notifications.subscriptions.newSecret': 'whatever was there, the new secret holds',
  'notifications.definitionSubscriptions.newSecret': 'whatever was there, the new secret holds',
  'notifications.subscriptions.confirm': 'the secret in the letter says which it is of',
  'accessTokens.revoke': 'a token that is to be stopped is stopped whatever has become of it',
  'auth.endLogin': 'a login that is to end ends whatever has become of it',
  'auth.endToken': 'a token that is to end ends, and has no version',
  'audit.erase': 'what is to be forgotten is forgotten whatever has become of it',
  'accounts.change': 'accounts are the provider’s, and have no version',
  'serviceAccounts.change': 'accounts are the provider’s, and have no version',
  'serviceAccounts.newSecret': 'whatever was there, the new secret holds',
  'serviceAccounts.remove': 'what is to end ends whatever has become of it',
  'accounts.setPassword': 'accounts are the provider’s, and have no version',
};

/** Answers 201 without a key: each with the reason. */
const WITHOUT_KEY: Readonly<Record<string, string>> = {
  'accessTokens.create': 'answers a secret that is shown once: again, it would have to be another',
  'notifications.subscriptions.create':
    'answers a secret that is shown once: again, it would have to be another',
  'accounts.add': 'a username exists once',
  'serviceAccounts.add': 'a name exists once, and the answer’s secret is shown once',
};

describe('every update of something takes If-Match', () => {
  const updates = all.filter(
    ([, { method, path }]) => method !== 'GET' && (method !== 'POST' || path.includes('/:')),
  );
  it.each(updates)('%s', (name, { ifMatch }) => {
    expect(ifMatch || name in WITHOUT_VERSION).toBe(true);
  });
});

describe('every create takes an Idempotency-Key', () => {
  const creates = all.filter(([, { status }]) => status === 201);
  it.each(creates)('%s', (name, { idempotencyKey }) => {
    expect(idempotencyKey || name in WITHOUT_KEY).toBe(true);
  });
});

describe('every page has a limit and a cursor', () => {
  const pages = all.filter(([, { answer }]) => 'nextCursor' in shapeOf(answer));
  it.each(pages)('%s', (_name, { query }) => {
    for (const name of ['limit', 'cursor']) expect(Object.keys(query?.shape ?? {})).toContain(name);
  });
});

it('half a year lies between saying that an operation goes and its going', () => {
  for (const [name, { deprecated }] of all) {
    if (!deprecated) continue;
    const days = (Date.parse(deprecated.until) - Date.parse(deprecated.since)) / 86_400_000;
    expect(days, name).toBeGreaterThanOrEqual(180);
  }
});

function shapeOf(answer: Endpoint['answer']): object {
  return answer && 'shape' in answer && typeof answer.shape === 'object' ? (answer.shape ?? {}) : {};
}
