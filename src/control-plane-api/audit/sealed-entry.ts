import type { AuditEntry, AuditFacts } from '@lcm/core/domain/audit-entry.ts';
import { canonicalJson } from '@lcm/core/domain/canonical-json.ts';
import type { AuditKeys, PersonalFields } from '@lcm/core/spi/audit-keys.ts';
import type { AuditRow } from '@lcm/core/spi/audit-log.ts';
import { personalIn } from './personal-fields.ts';

/** An entry as its row holds it: what is personal is taken out of its place and sealed for whose it is. */
interface SealedEntry extends AuditEntry {
  personal?: PersonalFields[];
}

/** The row of an entry. @param candidate whose the fields under `/candidate` are */
export async function rowOf(
  keys: AuditKeys,
  entry: AuditEntry,
  candidate?: AuditFacts['candidate'],
): Promise<AuditRow> {
  const sealed = copyOf(entry);
  const personal: PersonalFields[] = [];
  const whose = personalIn(entry, candidate);
  // An id that is made of a name would tell it; what stands for it is as much the same each time.
  if (whose.some(({ fields }) => fields.includes('/resource/id')))
    sealed.id = `${entry.resource?.kind}:${keys.mark(`id\n${entry.id}`)}`;
  for (const { names, fields } of whose) {
    const values = Object.fromEntries(fields.map((field) => [field, taken(sealed, field)]));
    personal.push(await keys.seal(names, JSON.stringify(values), sealed.id));
  }
  if (personal.length > 0) sealed.personal = personal;
  const body = canonicalJson(sealed) ?? '{}';
  const { id, at, outcome, operation, actor, resource, correlationId } = sealed;
  return {
    id,
    at,
    outcome,
    operation,
    account: `${actor.issuer}|${actor.subject}`,
    kind: resource?.kind ?? '',
    resourceId: resource?.id ?? '',
    correlationId: correlationId ?? '',
    body,
    mark: keys.mark(markedText({ id, body })),
  };
}

/** What a row's mark is made over. */
export const markedText = ({ id, body }: Pick<AuditRow, 'id' | 'body'>): string => `${id}\n${body}`;

/** The entry in a row, with the personal fields of those who were not erased. */
export async function entryIn(
  keys: AuditKeys,
  { id, body }: Pick<AuditRow, 'id' | 'body'>,
): Promise<AuditEntry> {
  const { personal = [], ...entry }: SealedEntry = JSON.parse(body);
  let erased = false;
  for (const fields of personal) {
    const text = await keys.open(fields, id);
    if (text === undefined) erased = true;
    else for (const [field, value] of Object.entries(JSON.parse(text))) put(entry, field, value);
  }
  // Never without a text: that it was refused stays, whatever was told to whom.
  if (entry.refusal) entry.refusal.message ??= '';
  if (entry.resource) entry.resource.id ??= '';
  return erased ? { ...entry, erased } : entry;
}

/** A copy of which fields can be taken. */
function copyOf(entry: AuditEntry): SealedEntry {
  const { actor, refusal, resource, differences } = entry;
  const { impersonator } = actor;
  return {
    ...entry,
    actor: { ...actor, ...(impersonator ? { impersonator: { ...impersonator } } : {}) },
    ...(refusal ? { refusal: { ...refusal } } : {}),
    ...(resource ? { resource: { ...resource } } : {}),
    ...(differences ? { differences: structuredClone(differences) } : {}),
  };
}

/** Takes the value out of its place. */
function taken(entry: object, pointer: string): unknown {
  const { holder, name } = placeOf(entry, pointer);
  const value: unknown = Reflect.get(holder, name);
  Reflect.deleteProperty(holder, name);
  return value;
}

function put(entry: object, pointer: string, value: unknown): void {
  const { holder, name } = placeOf(entry, pointer);
  Reflect.set(holder, name, value);
}

function placeOf(entry: object, pointer: string): { holder: object; name: string } {
  const path = pointer.split('/').slice(1);
  const name = path.pop() ?? '';
  let holder: unknown = entry;
  for (const step of path) holder = Reflect.get(Object(holder), step);
  return { holder: Object(holder), name };
}
