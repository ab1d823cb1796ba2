import { stores } from '../store/stores.ts';
import { texts } from '../texts/texts.ts';
import { PLACES } from './places.ts';

/** Something to go to. */
export interface Found {
  to: string;
  kind: string;
  title: string;
  detail: string;
}

/** Of each kind no more than this, so that one kind does not bury the others. */
const MOST = 8;

/** Places and entities that have the text in their id or name; all places where there is no text. */
export function find(text: string): Found[] {
  const wanted = text.trim().toLowerCase();
  const places = PLACES.filter(({ title }) => title.toLowerCase().includes(wanted));
  const found: Found[] = places.map(({ to, title }) => ({ to, kind: '→', title, detail: '' }));
  if (wanted.length < 2) return found;
  const has = (...parts: string[]) => parts.some((part) => part.toLowerCase().includes(wanted));
  const sessions = first(stores.session.values(), (one) =>
    has(one.id, one.definition.name, one.ownerKey ?? '', one.reservationId ?? ''),
  ).map((one) => ({
    to: `/sessions/${encodeURIComponent(one.id)}`,
    kind: texts.palette.session,
    title: `${one.status} ${one.definition.name} ${one.definition.version}`,
    detail: one.id,
  }));
  const workers = first(stores.worker.values(), (one) => has(one.id, one.name, one.instanceId ?? '')).map(
    (one) => ({
      to: `/workers/${encodeURIComponent(one.id)}`,
      kind: texts.palette.worker,
      title: `${one.status} ${one.name}`,
      detail: one.id,
    }),
  );
  const definitions = first(stores.definition.values(), (one) => has(one.id, one.spec.name)).map((one) => ({
    to: `/definitions?peek=${encodeURIComponent(one.id)}`,
    kind: texts.palette.definition,
    title: `${one.spec.name} ${one.spec.version}`,
    detail: one.id,
  }));
  return [...found, ...sessions, ...workers, ...definitions];
}

function first<E>(all: Iterable<E>, matches: (one: E) => boolean): E[] {
  const some: E[] = [];
  for (const one of all) {
    if (matches(one)) some.push(one);
    if (some.length === MOST) break;
  }
  return some;
}
