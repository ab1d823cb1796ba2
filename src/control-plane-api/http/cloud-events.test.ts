import { CloudEvent, HTTP } from 'cloudevents';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { asCaller, callerOf, testCallers } from '../test-callers.fixture.ts';

let on: TestPlane;
beforeAll(async () => {
  on = await startTestPlane();
});
afterAll(() => on.stop());

const visible = fc.string({ minLength: 1, maxLength: 30, unit: fc.constantFrom(...'abcXYZ019-._~ äß"%/') });
const anyEvent = fc.record(
  {
    id: visible.filter((id) => id.trim() === id),
    type: fc.constantFrom('io.unknown.v1', 'com.example.thing'),
    source: fc.constantFrom('https://lds.example/sessions', '/relative', 'urn:x:y', 'a?b#c'),
    time: fc.constant('2026-03-01T09:00:00.000Z'),
    extension: fc.oneof(fc.boolean(), fc.integer({ min: -1_000, max: 1_000 }), fc.constant('text')),
    // But a member __proto__, which no body may have.
    data: fc
      .oneof(
        fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 }),
        fc.array(fc.jsonValue(), { maxLength: 4 }),
      )
      .filter((data) => !JSON.stringify(data).includes('__proto__')),
  },
  { requiredKeys: ['id', 'type', 'source', 'data'] },
);

const MODES = {
  structured: (event: CloudEvent<unknown>) => HTTP.structured(event),
  binary: (event: CloudEvent<unknown>) => {
    const { headers, body } = HTTP.binary(event);
    // As the HTTP binding asks for it; the SDK leaves other than ASCII to who sends it.
    const coded = Object.entries(headers).map(([name, value]) => [
      name,
      name.startsWith('ce-') ? encodeURIComponent(String(value)) : String(value),
    ]);
    return { headers: Object.fromEntries(coded), body };
  },
  batched: (event: CloudEvent<unknown>) => ({
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: `[${event.toString()}]`,
  }),
};

let sent = 0;

it.each(Object.entries(MODES))('an event is kept as it was sent: %s', async (_mode, written) => {
  await fc.assert(
    fc.asyncProperty(anyEvent, async ({ id, extension, ...fields }) => {
      const data: unknown = JSON.parse(JSON.stringify(fields.data));
      const extensions = extension === undefined ? {} : { extension };
      const event = new CloudEvent<unknown>({ ...fields, ...extensions, id: `${id}${++sent}`, data });
      const { headers, body } = written(event);
      const answer = await on.plane.app.inject({
        method: 'POST',
        url: '/api/events',
        headers: headers as Record<string, string>,
        payload: String(body),
      });
      expect(answer.statusCode, answer.payload).toBe(202);
      const { items } = await on.controller.internal.inboundEvents.list({ query: { limit: 1_000 } });
      expect(items.filter(({ state }) => state.eventId === event.id).map(({ state }) => state)).toEqual([
        expect.objectContaining({ source: fields.source, eventType: fields.type, data }),
      ]);
    }),
    { numRuns: 60 },
  );
});

it.each([
  ['nobody', undefined, 401],
  ['a candidate', callerOf('candidate', 'cleo'), 403],
  ['a manager', callerOf('manager', 'mia'), 403],
  ['a controller', callerOf('controller', 'lablet-controller'), 403],
  ['a source of events', callerOf('event-source', 'lds'), 202],
] as const)('%s may send events, or not', async (_who, caller, status) => {
  const strict = await startTestPlane({ authenticate: testCallers });
  onTestFinished(strict.stop);
  const event = { specversion: '1.0', id: 'e-1', source: 'urn:lds', type: 'io.unknown.v1' };
  const answer = await strict.plane.app.inject({
    method: 'POST',
    url: '/api/events',
    headers: { 'content-type': 'application/cloudevents+json', ...(caller ? asCaller(caller) : {}) },
    payload: JSON.stringify(event),
  });
  expect(answer.statusCode, answer.payload).toBe(status);
});
