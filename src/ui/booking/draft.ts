import type { BookingRequest } from '@lcm/core/api/sessions.ts';
import { momentOf } from '../time/format.ts';
import type { Zone } from '../time/zone.ts';

/** What is typed into the booking form, as it is typed. */
export interface Draft {
  definitionId: string;
  /** As `datetime-local` has it; empty for as soon as possible. */
  start: string;
  minutes: string;
  owner: string;
  givenName: string;
  familyName: string;
  email: string;
  region: string;
  reservationId: string;
}

export const EMPTY: Draft = {
  definitionId: '',
  start: '',
  minutes: '60',
  owner: '',
  givenName: '',
  familyName: '',
  email: '',
  region: '',
  reservationId: '',
};

/** The booking that the form says; undefined while something that it cannot do without is missing. */
export function requestOf(draft: Draft, zone: Zone): BookingRequest | undefined {
  const minutes = Number(draft.minutes);
  const start = draft.start ? momentOf(draft.start, zone) : undefined;
  const unreadable = draft.start !== '' && start === undefined;
  if (!draft.definitionId || unreadable || !Number.isInteger(minutes) || minutes < 1) return undefined;
  const trimmed = (text: string) => text.trim() || undefined;
  const candidate = filled({
    externalId: trimmed(draft.owner),
    givenName: trimmed(draft.givenName),
    familyName: trimmed(draft.familyName),
    email: trimmed(draft.email),
  });
  const owner = trimmed(draft.owner);
  return {
    definitionId: draft.definitionId,
    durationSeconds: minutes * 60,
    ...(start === undefined ? {} : { start: new Date(start).toISOString() }),
    ...(owner ? { owner: { externalId: owner } } : {}),
    ...(candidate ? { candidate } : {}),
    ...filled({ region: trimmed(draft.region), reservationId: trimmed(draft.reservationId) }),
  };
}

/** The fields that have a value; undefined where none has. */
function filled<T extends Record<string, string | undefined>>(
  fields: T,
): { [K in keyof T]?: string } | undefined {
  const some = Object.entries(fields).filter(([, value]) => value !== undefined);
  return some.length > 0 ? (Object.fromEntries(some) as { [K in keyof T]?: string }) : undefined;
}

/** The field of the form that a refusal means by a JSON pointer; undefined for those it does not have. */
export function fieldOf(pointer: string): keyof Draft | undefined {
  const fields: Record<string, keyof Draft> = {
    '/definitionId': 'definitionId',
    '/definition': 'definitionId',
    '/start': 'start',
    '/end': 'minutes',
    '/durationSeconds': 'minutes',
    '/owner': 'owner',
    '/owner/externalId': 'owner',
    '/candidate/externalId': 'owner',
    '/candidate/givenName': 'givenName',
    '/candidate/familyName': 'familyName',
    '/candidate/email': 'email',
    '/region': 'region',
    '/reservationId': 'reservationId',
  };
  return fields[pointer];
}
