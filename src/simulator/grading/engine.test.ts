import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CloudEvent } from '../events.ts';
import { virtualWorld } from '../virtual-world.ts';
import { buildGradingEngine } from './engine.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const rubric = {
  domain: 'Routing',
  cutScore: 3,
  items: [
    {
      id: 'ospf',
      points: 2,
      checks: [{ source: 'R1', pattern: '^router ospf \\d+$', flags: ['multiline'] }],
    },
    {
      id: 'no-telnet',
      points: 1.5,
      section: 'Security',
      checks: [
        { source: 'R1', pattern: 'TRANSPORT INPUT SSH', flags: ['ignorecase'] },
        { source: 'R1', pattern: 'telnet', mode: 'negative', onFail: 'telnet is still allowed' },
      ],
    },
  ],
};
const good = { R1: 'hostname R1\nrouter ospf 1\nline vty 0 4\n transport input ssh' };
const submission = { reference: 'session-1', attempt: 1, rubric, evidence: good };

/** An engine on virtual time, and the events that it sent. Addresses under http://evidence.test give evidence. */
function engineFixture(world = virtualWorld(), evidence: unknown = good) {
  const events: (CloudEvent & { to: string })[] = [];
  const app = buildGradingEngine(world, {
    apiKey: 'key',
    eventSinks: ['http://sink.test/'],
    fetch: async (url, init) => {
      if (String(url).startsWith('http://evidence.test')) return Response.json(evidence);
      events.push({ ...JSON.parse(String(init?.body)), to: String(url) });
      return new Response(null, { status: 202 });
    },
  });
  closers.push(() => app.close());
  const call = (method: 'GET' | 'POST', path: string, payload?: object, headers: object = {}) =>
    app.inject({
      method,
      url: `/grading/api/v1/gradings${path}`,
      headers: { 'x-api-key': 'key', ...headers },
      ...(payload && { payload }),
    });
  return {
    world,
    app,
    events,
    call,
    /** Submits, waits until it is done, and gives what the engine says of it then. */
    grade: async (changes: object = {}) => {
      const accepted = await call('POST', '', { ...submission, ...changes });
      expect(accepted.statusCode, accepted.body).toBe(202);
      await world.clock.advance(world.delays.gradingMs + 1_000);
      return (await call('GET', `/${accepted.json().gradingId}`)).json();
    },
  };
}

describe('the grading engine', () => {
  it('wants the API key', async () => {
    const { call, app } = engineFixture();
    expect((await call('GET', '', undefined, { 'x-api-key': 'wrong' })).statusCode).toBe(401);
    const bearer = { authorization: 'Bearer key' };
    expect((await app.inject({ url: '/grading/api/v1/gradings', headers: bearer })).statusCode).toBe(200);
  });

  it('works as long as it takes, and scores the evidence against the rubric', async () => {
    const { call, world, events } = engineFixture();
    const accepted = await call('POST', '', submission);
    expect(accepted.statusCode).toBe(202);
    const { gradingId } = accepted.json();
    expect(world.ledger.openEntries('gradingJob')).toHaveLength(1);
    await world.clock.advance(world.delays.gradingMs - 1);
    expect((await call('GET', `/${gradingId}`)).json()).toMatchObject({ status: 'WORKING' });

    await world.clock.advance(1_000);
    expect((await call('GET', `/${gradingId}`)).json()).toMatchObject({
      status: 'COMPLETED',
      result: {
        score: 3.5,
        maxScore: 3.5,
        cutScore: 3,
        passed: true,
        sections: [
          { name: 'Routing', score: 2, maxScore: 2 },
          { name: 'Security', score: 1.5, maxScore: 1.5 },
        ],
      },
    });
    expect(world.ledger.openEntries('gradingJob')).toEqual([]);
    expect(events).toMatchObject([
      {
        type: 'assessment.grading.completed.v1',
        data: {
          aggregate_id: 'session-1',
          grading_id: gradingId,
          score: {
            total_points_earned: 3.5,
            total_points_possible: 3.5,
            check_results: [
              { check_id: 'ospf', passed: true },
              { check_id: 'no-telnet', passed: true },
            ],
          },
        },
      },
    ]);
  });

  it('gives no points for an item of which one check fails, and says why', async () => {
    const { grade } = engineFixture();
    const graded = await grade({ evidence: { R1: 'router ospf 1\n transport input ssh telnet' } });
    expect(graded.result).toMatchObject({ score: 2, passed: false });
    expect(graded.result.sections[1].items[0].issues).toEqual(['telnet is still allowed']);
  });

  it('passes no check whose evidence is missing, not even a negative one', async () => {
    const { grade } = engineFixture();
    const checks = [{ source: 'constructor', pattern: 'x', mode: 'negative' }];
    const graded = await grade({ rubric: { items: [{ id: 'a', points: 1, checks }] } });
    expect(graded.result).toMatchObject({ score: 0, maxScore: 1 });
    expect(graded.result.sections[0].items[0].issues).toEqual(['there is no evidence constructor']);
  });

  it('repeats no work for the same reference and attempt when asked with an idempotency key', async () => {
    const { call } = engineFixture();
    const key = { 'idempotency-key': 'session-1/1' };
    const ids = new Set<string>();
    for (let times = 0; times < 2; times++)
      ids.add((await call('POST', '', submission, key)).json().gradingId);
    expect(ids.size).toBe(1);
    ids.add((await call('POST', '', { ...submission, attempt: 2 }, key)).json().gradingId);
    ids.add((await call('POST', '', submission)).json().gradingId);
    expect(ids.size).toBe(3);
    const found = (await call('GET', '?reference=session-1')).json();
    expect(found.map(({ gradingId }: { gradingId: string }) => gradingId)).toEqual([...ids]);
    expect((await call('GET', '?reference=other')).json()).toEqual([]);
  });

  it('refuses a rubric that cannot be evaluated', async () => {
    const { call } = engineFixture();
    const broken = { items: [{ id: 'a', points: 1, checks: [{ source: 'R1', pattern: '(' }] }] };
    const faulty = await call('POST', '', { ...submission, rubric: broken });
    expect(faulty.statusCode).toBe(400);
    expect(faulty.json().message).toContain('item a');
    const twins = { items: [rubric.items[0], rubric.items[0]] };
    expect((await call('POST', '', { ...submission, rubric: twins })).statusCode).toBe(400);
    expect((await call('POST', '', { reference: 'x', rubric })).statusCode).toBe(400);
  });

  it('fails a grading whose pattern never ends, and grades the next one', async () => {
    const { grade, events } = engineFixture();
    const endless = { items: [{ id: 'a', points: 1, checks: [{ source: 'R1', pattern: '^(\\w+\\s?)+$' }] }] };
    const failed = await grade({ rubric: endless, evidence: { R1: `${'a'.repeat(60)}!` } });
    expect(failed).toMatchObject({
      status: 'FAILED',
      error: { error_code: 'RUBRIC_TIMEOUT', retry_possible: false },
    });
    expect(events[0]).toMatchObject({
      type: 'assessment.grading.failed.v1',
      data: { reference: 'session-1', error_code: 'RUBRIC_TIMEOUT' },
    });
    expect((await grade({ attempt: 2 })).status).toBe('COMPLETED');
  });

  it('fetches evidence from its address', async () => {
    const evidenceUrl = 'http://evidence.test/1.json';
    const { grade } = engineFixture();
    expect((await grade({ evidence: undefined, evidenceUrl })).result.score).toBe(3.5);
    const empty = await engineFixture(virtualWorld(), ['no', 'object']).grade({
      evidence: undefined,
      evidenceUrl,
    });
    expect(empty.error).toMatchObject({ error_code: 'EVIDENCE_UNAVAILABLE', retry_possible: true });
  });

  it('tells the callbacks of a submission too', async () => {
    const { grade, events } = engineFixture();
    await grade({ callbacks: ['http://callback.test/done'] });
    expect(events.map(({ to }) => to).toSorted()).toEqual(['http://callback.test/done', 'http://sink.test/']);
  });

  it('fails on demand, as often as it was told to', async () => {
    const { app, grade } = engineFixture();
    const order = (payload: object) => app.inject({ method: 'POST', url: '/grading/sim/next', payload });
    expect((await order({ fail: { error_code: 'POD_LOST', retry_possible: false } })).statusCode).toBe(204);
    expect(await grade()).toMatchObject({ error: { error_code: 'POD_LOST', retry_possible: false } });
    expect((await grade({ attempt: 2 })).status).toBe('COMPLETED');
    await order({ fail: true, count: 5 });
    await order({ fail: false });
    expect((await grade({ attempt: 3 })).status).toBe('COMPLETED');
  });

  it('goes on after a restart with what it was working on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'grading-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const first = engineFixture(virtualWorld(join(folder, 'state.sqlite')));
    const { gradingId } = (await first.call('POST', '', submission)).json();
    await first.app.close();
    first.world.state.close();

    const second = engineFixture(virtualWorld(join(folder, 'state.sqlite')));
    closers.push(() => second.world.state.close());
    closers.push(() => second.app.close());
    await second.app.ready();
    await second.world.clock.advance(2_000);
    expect((await second.call('GET', `/${gradingId}`)).json()).toMatchObject({ status: 'COMPLETED' });
    expect(second.events).toHaveLength(1);
    expect(second.world.ledger.openEntries('gradingJob')).toEqual([]);
  });
});
