import { expect, it } from 'vitest';
import { booking, PENDING, RUNNING, whenSession } from './session.fixture.ts';
import { session } from './session-state.ts';

const ann = { issuer: 'https://idp.example', subject: 's-ann' };
const bob = { issuer: 'https://idp.example', subject: 's-bob' };
const claimed = { type: 'session.claimed', bookedFor: 'candidate-1', owner: ann } as const;
const claim = (owner: typeof ann) => ({ type: 'claim', owner }) as const;

it('a session that was booked by an external id becomes that of who claims it, and remembers the id', () => {
  const answer = whenSession(PENDING, claim(ann));
  answer.happens(claimed);
  const state = answer.state();
  expect(state).toMatchObject({
    owner: ann,
    ownerKey: 'https://idp.example|s-ann',
    bookedFor: 'candidate-1',
    status: 'PENDING',
    bookedBy: 'tester',
  });
  expect(session.parse(state)).toEqual(state);
});

it('a session goes on as it was, whoever claims it meanwhile', () => {
  const before = whenSession(RUNNING, { type: 'noteEvent' }).state();
  const { owner: _, ownerKey: __, bookedFor: ___, ...after } = whenSession(RUNNING, claim(ann)).state();
  expect(before).toMatchObject(after);
});

it('a session is claimed once', () => {
  whenSession([...PENDING, claimed], claim(ann)).happens();
  whenSession([...PENDING, claimed], claim(bob)).isRefused('conflict');
});

it('a session that was booked for who can log in is nobody else’s to claim', () => {
  const created = { type: 'session.created', ...booking, owner: ann } as const;
  whenSession([created], claim(ann)).happens();
  whenSession([created], claim(bob)).isRefused('conflict');
});

it('a session that is over is claimed like any other', () => {
  const over = [...PENDING, { type: 'session.terminated' } as const];
  const state = whenSession(over, claim(ann)).state();
  expect(state).toMatchObject({ status: 'TERMINATED', owner: ann });
});
