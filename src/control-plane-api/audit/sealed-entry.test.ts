import type { AuditEntry } from '@lcm/core/domain/audit-entry.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryBooks } from './books.fixture.ts';
import { entryIn, rowOf } from './sealed-entry.ts';

const ENTRY: AuditEntry = {
  id: 'session:s-1:1',
  at: '2026-03-01T10:00:00.000Z',
  outcome: 'refused',
  operation: 'sessions.book',
  actor: {
    issuer: 'https://idp',
    subject: 'u-1',
    username: 'ada',
    roles: ['manager'],
    address: '192.0.2.7',
    impersonator: { issuer: 'https://idp', subject: 'u-0', username: 'root' },
  },
  resource: { kind: 'session', id: 's-1' },
  refusal: { code: 'conflict', message: 'zoe@example.com is booked' },
  differences: [
    { field: '/candidate/email', from: 'zo@example.com', to: 'zoe@example.com' },
    { field: '/candidate/givenName', to: 'Zoë' },
    { field: '/bookedBy', to: 'ada' },
    { field: '/assignee', from: 'bo', to: 'cy' },
    { field: '/status', to: 'PENDING' },
  ],
};
const CANDIDATE = { ownerKey: 'https://idp|u-1', email: 'zoe@example.com' };
const PERSONAL = /"ada"|root|192\.0\.2\.7|zoe?@|Zoë|"bo"|"cy"/;

describe('an entry in its row', () => {
  let books: Awaited<ReturnType<typeof memoryBooks>>;
  beforeEach(async () => {
    books = await memoryBooks();
  });

  it('shows nobody who it is about, and opens as it was', async () => {
    const row = await rowOf(books.keys, ENTRY, CANDIDATE);
    expect(JSON.stringify(row)).not.toMatch(PERSONAL);
    expect(await entryIn(books.keys, row)).toEqual(ENTRY);
  });

  it('loses the fields of whoever is forgotten, and nobody else’s', async () => {
    const row = await rowOf(books.keys, ENTRY, CANDIDATE);
    await books.keys.forget('email:zoe@example.com');
    const entry = await entryIn(books.keys, row);
    expect(entry.erased).toBe(true);
    expect(entry.actor).toEqual(ENTRY.actor);
    expect(entry.differences?.slice(0, 2)).toEqual([
      { field: '/candidate/email' },
      { field: '/candidate/givenName' },
    ]);
    await books.keys.forget('subject:u-1');
    const without = await entryIn(books.keys, row);
    expect(without.actor).toMatchObject({ subject: 'u-1', impersonator: { username: 'root' } });
    expect(JSON.stringify(without)).not.toMatch(/"ada"|192\.0\.2\.7|zoe/);
    expect(without.refusal).toEqual({ code: 'conflict', message: '' });
  });

  it('knows an account by its user name only as long as it may be known', async () => {
    const resource = { kind: 'account', id: 'Dee' };
    const row = await rowOf(books.keys, { ...ENTRY, resource, differences: [] });
    expect(JSON.stringify(row)).not.toContain('Dee');
    expect((await entryIn(books.keys, row)).resource).toEqual(resource);
    await books.keys.forget('username:dee');
    expect((await entryIn(books.keys, row)).resource).toEqual({ kind: 'account', id: '' });
  });

  it('knows whom a booking system calls by a name of its own only as long as it may be known', async () => {
    const name = 'jane@example.com';
    const booked: AuditEntry = {
      ...ENTRY,
      differences: [
        { field: '/owner/externalId', to: name },
        { field: '/ownerKey', from: `external:${name}`, to: 'https://idp|u-9' },
        { field: '/bookedFor', to: name },
        { field: '/candidate/email', to: 'zoe@example.com' },
      ],
    };
    const ofQuota = { kind: 'allowance', id: `sessions/external:${name}` };
    const seat = { ...ENTRY, id: `allowance:${ofQuota.id}:3`, resource: ofQuota, differences: [] };
    const session = await rowOf(books.keys, booked, { ...CANDIDATE, ownerKey: `external:${name}` });
    const quota = await rowOf(books.keys, seat);
    expect(JSON.stringify([session, quota])).not.toContain('jane');
    expect(await entryIn(books.keys, session)).toEqual(booked);
    expect((await entryIn(books.keys, quota)).resource).toEqual(ofQuota);
    expect((await rowOf(books.keys, seat)).id).toBe(quota.id);
    // Whoever is forgotten by their address is forgotten by the other names that came with it.
    await books.keys.forget('email:zoe@example.com');
    const told = JSON.stringify([await entryIn(books.keys, session), await entryIn(books.keys, quota)]);
    expect(told).not.toContain('jane');
  });

  it('knows user names however deep they stand', async () => {
    const entry: AuditEntry = {
      ...ENTRY,
      differences: [
        { field: '/comments', from: [{ by: 'bo', text: 'x' }], to: [{ by: 'bo', text: 'x' }, { by: 'ada' }] },
        { field: '/username', to: 'ada' },
        { field: '/closedBy', to: 'cy' },
      ],
    };
    const row = await rowOf(books.keys, entry);
    expect(JSON.stringify(row)).not.toMatch(/"bo"|"ada"|"cy"/);
    expect(await entryIn(books.keys, row)).toEqual(entry);
    await books.keys.forget('username:bo');
    expect(JSON.stringify(await entryIn(books.keys, row))).not.toContain('"bo"');
  });

  it('shows what services do as it is', async () => {
    const actor = {
      issuer: 'local',
      subject: 'seed',
      username: 'seed',
      roles: ['admin'],
      credential: { type: 'service', id: 'seed' },
    };
    const row = await rowOf(books.keys, { ...ENTRY, actor, differences: [] });
    expect(JSON.parse(row.body)).not.toHaveProperty('personal');
  });
});
