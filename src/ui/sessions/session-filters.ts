import type { SessionView } from '@lcm/core/api/sessions.ts';
import { SESSION_STATUSES } from '@lcm/core/api/vocabulary.ts';
import { AT_RISK, LATE, ON_HOLD, statusLook } from '../state/session-look.ts';
import type { FilterOption } from '../table/filter-option.ts';

/** What a list of sessions may be narrowed to. */
export const SESSION_FILTERS: readonly FilterOption<SessionView>[] = [
  { value: 'LATE', group: 'flag', look: LATE, matches: ({ late }) => late },
  { value: 'AT_RISK', group: 'flag', look: AT_RISK, matches: ({ atRisk }) => atRisk },
  { value: 'ON_HOLD', group: 'flag', look: ON_HOLD, matches: ({ onHold }) => onHold },
  ...SESSION_STATUSES.map((value) => ({
    value,
    group: 'state',
    look: statusLook(value),
    matches: ({ status }: SessionView) => status === value,
  })),
];

/** What the text filter of sessions looks into. */
export function sessionText(view: SessionView): string {
  const { id, definition, ownerKey, workerName, reservationId, candidate, region, standing } = view;
  return [
    id,
    definition.name,
    definition.version,
    ownerKey,
    candidate?.givenName,
    candidate?.familyName,
    workerName,
    reservationId,
    region,
    standing?.reason?.code,
  ].join(' ');
}
