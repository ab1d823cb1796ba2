import { endpoint } from '@lcm/core/api/endpoint.ts';
import { pageOf } from '@lcm/core/api/list.ts';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { onlyFields, takesFields } from './sparse-fields.ts';

const thing = z.object({
  id: z.string(),
  slot: z.object({ start: z.string(), end: z.string() }).optional(),
  steps: z.array(z.object({ name: z.string(), took: z.number() })),
  facts: z.record(z.string(), z.object({ value: z.number(), unit: z.string() })),
  owner: z.union([z.strictObject({ subject: z.string() }), z.object({ externalId: z.string() })]),
});
const read = { method: 'GET', path: '/x', summary: 'Read', roles: [], rule: 'public' } as const;
const one = endpoint({ ...read, answer: thing });
const many = endpoint({ ...read, answer: pageOf(thing) });
const value = {
  id: 'a',
  slot: { start: '1', end: '2' },
  steps: [
    { name: 's', took: 1 },
    { name: 't', took: 2 },
  ],
  facts: { x: { value: 1, unit: 'm' }, y: { value: 2, unit: 's' } },
  owner: { externalId: 'o' },
};

it.each<[string, unknown]>([
  ['id', { id: 'a' }],
  ['id,slot', { id: 'a', slot: { start: '1', end: '2' } }],
  ['slot.end', { slot: { end: '2' } }],
  ['slot.end,slot', { slot: { start: '1', end: '2' } }],
  ['slot,slot.end', { slot: { start: '1', end: '2' } }],
  ['steps.name', { steps: [{ name: 's' }, { name: 't' }] }],
  ['facts.x.unit', { facts: { x: { unit: 'm' } } }],
  ['facts.z', { facts: {} }],
  ['owner.externalId', { owner: { externalId: 'o' } }],
  ['owner.subject', { owner: {} }],
  [' id , slot.start ', { id: 'a', slot: { start: '1' } }],
])('?fields=%s gives them, and nothing else', (fields, shown) => {
  expect(onlyFields(one, fields, value)).toEqual(shown);
});

it('chooses the fields of each item of a page, and leaves the page as it is', () => {
  const page = { items: [value, { ...value, id: 'b' }], nextCursor: 'c' };
  expect(onlyFields(many, 'id', page)).toEqual({ items: [{ id: 'a' }, { id: 'b' }], nextCursor: 'c' });
});

it.each([
  '',
  'ids',
  'id,',
  'slot.begin',
  'id.length',
  'steps.0',
  '__proto__',
  'constructor',
  'toString',
  'owner.name',
])('refuses what the answer never has: ?fields=%s', (fields) => {
  expect(() => onlyFields(one, fields, value)).toThrow(expect.objectContaining({ code: 'invalid' }));
});

it('is for reads that answer something', () => {
  expect([one, { ...one, method: 'POST' as const }].map(takesFields)).toEqual([true, false]);
});
