import { expect, it } from 'vitest';
import { publicDocument } from './openapi.ts';

interface Operation {
  parameters?: { name: string; schema: { pattern?: string; examples?: string[] } }[];
  requestBody?: { required: boolean };
  responses: Record<string, object>;
}
const { paths } = publicDocument('test') as {
  paths: Record<string, Record<string, Operation>>;
};
const operation = (method: string, path: string) => paths[path]?.[method];

it('says which versions If-Match takes, with an example that it takes', () => {
  const header = operation('post', '/api/v1/sessions/{id}/hold')?.parameters?.find(
    ({ name }) => name === 'If-Match',
  );
  const pattern = new RegExp(header?.schema.pattern ?? 'no pattern');
  for (const good of ['*', '"3"', ...(header?.schema.examples ?? ['no example'])])
    expect(good).toMatch(pattern);
  for (const bad of ['3', 'W/"3"', '"3", "4"', '']) expect(bad).not.toMatch(pattern);
});

it('says that a change of settings may break a rule: one that changes nothing does', () => {
  expect(Object.keys(operation('patch', '/api/v1/settings')?.responses ?? {})).toContain('422');
});

it('asks for a body only where one without fields is malformed', () => {
  expect(operation('post', '/api/v1/sessions/{id}/cancel')?.requestBody?.required).toBe(false);
  expect(operation('post', '/api/v1/workers')?.requestBody?.required).toBe(true);
});

it('says that an id may be too long to be looked at', () => {
  const { responses } = operation('get', '/api/v1/workers/{id}') ?? { responses: {} };
  expect(Object.keys(responses)).toContain('414');
});
