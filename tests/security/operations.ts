import { BESIDE_CONTRACT } from '@lcm/control-plane-api/http/beside-contract.ts';
import { exampleOf } from '@lcm/control-plane-api/http/example-of.ts';
import { bodyExample } from '@lcm/control-plane-api/http/openapi-operation.ts';
import type { AccessRule } from '@lcm/core/api/access-rule.ts';
import { type Contract, isEndpoint } from '@lcm/core/api/client.ts';
import { contract } from '@lcm/core/api/contract.ts';
import type { Role } from '@lcm/core/api/endpoint.ts';
import type { ServiceName } from '@lcm/core/api/services.ts';
import { z } from 'zod';
import type { Scene } from './access-scene.ts';

/** One operation, with who may call it as it declares. */
export interface Operation {
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  roles: readonly Role[];
  rule: AccessRule;
  services: readonly ServiceName[];
  params?: z.ZodType | undefined;
  body?: { contentType: string; example: unknown } | undefined;
}

/** Every operation there is: those of the contract, and those beside it. */
export const OPERATIONS: readonly Operation[] = [
  ...named(contract),
  ...BESIDE_CONTRACT.map(({ method, path, roles, rule, operation }) => ({
    name: operation.operationId ?? path,
    method,
    path,
    roles,
    rule,
    services: [],
    body: bodyBeside(operation),
  })),
];

function named(part: Contract, within = ''): Operation[] {
  return Object.entries(part).flatMap(([name, member]): Operation[] => {
    if (!isEndpoint(member)) return named(member, `${within}${name}.`);
    const { method, path, roles, rule, services, params, body } = member;
    const id = within + name;
    const example = body && { contentType: 'application/json', example: bodyExample(id, body) };
    return [{ name: id, method, path, roles, rule, services, params, body: example }];
  });
}

function bodyBeside({ requestBody }: (typeof BESIDE_CONTRACT)[number]['operation']): Operation['body'] {
  const contents = requestBody && 'content' in requestBody ? Object.entries(requestBody.content) : [];
  for (const [contentType, content] of contents)
    if (content && 'schema' in content && content.schema instanceof z.ZodType)
      return { contentType, example: exampleOf(content.schema, 'input') };
  return undefined;
}

/** Where that is listed of which a path, or each item of a body, names one by its id; undefined where neither does. */
export function collectionOf({ path, body }: Operation): string | undefined {
  const [collection, id] = path.split('/:');
  if (id !== undefined) return collection;
  const isOfMany = itemsOf(body?.example).some((item) => 'id' in item);
  return isOfMany ? path.replace(/\/bulk$/, '') : undefined;
}

/** What a request of an operation can be about: whose a thing is, or for whom it is done. */
export interface Aim {
  whose: string;
  thing?: string;
  /** What the body says besides its example. */
  says?: object;
}

const ANYBODYS: readonly Aim[] = [{ whose: 'anybody’s' }];
/** A booking without what its example says of these. */
const OWN = { owner: undefined, department: undefined, region: undefined };
const ANOTHER = { ...OWN, owner: { externalId: 'somebody' } };
const BOOKINGS: readonly Aim[] = [
  { whose: 'for oneself', says: OWN },
  { whose: 'for another', says: ANOTHER },
  { whose: 'for another department', says: { ...ANOTHER, department: 'security' } },
];

/** Everything that a request of the operation can be about. */
export function aimsOf(operation: Operation, scene: Scene): readonly Aim[] {
  if (operation.rule === 'booksForOthers') return BOOKINGS;
  // The system's own services see whatever there is, whosever it is.
  const things = operation.rule === 'service' ? undefined : scene.things[collectionOf(operation) ?? ''];
  return things ? Object.entries(things).map(([whose, thing]) => ({ whose, thing })) : ANYBODYS;
}

/** A request that the operation takes: its example, about what there is in the scene. */
export function requestFor(operation: Operation, { thing, says }: Aim, scene: Scene) {
  const { method, path, params: schema, body } = operation;
  const params = schema ? exampleOf(schema, 'input') : {};
  const names: Record<string, unknown> = {
    ...(isRecord(params) ? params : {}),
    ...(thing === undefined ? {} : { id: thing }),
  };
  const url = path.replace(/:(\w+)/g, (_, one: string) =>
    encodeURIComponent(String(names[one] ?? 'unknown')),
  );
  if (!body) return { method, url, headers: {} };
  const told = about(body.example, scene);
  const items = itemsOf(told).map((item) => ({ ...item, ...says, ...('id' in item ? { id: thing } : {}) }));
  const said = items.length > 0 ? { items } : says;
  const whole = isRecord(told) ? { ...told, ...said } : told;
  const payload = body.contentType === FORM ? formOf(whole) : JSON.stringify(whole);
  return { method, url, headers: { 'content-type': body.contentType }, payload };
}

const FORM = 'application/x-www-form-urlencoded';

function formOf(fields: unknown): string {
  const texts = Object.entries(isRecord(fields) ? fields : {}).map(([name, text]): [string, string] => [
    name,
    String(text),
  ]);
  return new URLSearchParams(texts).toString();
}

/** An example, about what there is in the scene. */
function about(value: unknown, scene: Scene): unknown {
  if (Array.isArray(value)) return value.map((one) => about(one, scene));
  if (!isRecord(value)) return value;
  const known: Record<string, unknown> = {
    definition: { name: 'two-routers' },
    definitionId: scene.definition,
    templateId: scene.template,
    department: 'ccie',
  };
  const members = Object.entries(value).map(([name, member]) => [name, known[name] ?? about(member, scene)]);
  return Object.fromEntries(members);
}

/** The items of a body that holds several of what another operation takes one of. */
function itemsOf(body: unknown): Record<string, unknown>[] {
  const items = isRecord(body) ? body['items'] : undefined;
  return Array.isArray(items) ? items.filter(isRecord) : [];
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
