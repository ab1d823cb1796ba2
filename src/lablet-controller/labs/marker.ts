/** What a lab's notes say about whose it is. */
export interface Marker {
  installation: string;
  /** Session id, or `pool` for a lab that is kept for whoever comes next. */
  session: string;
  attempt: string;
}

const POOL = 'pool';

/** The line by which a session's lab is found again: `lcm:<installation>/<session>/<attempt>`. */
export function labMarker(installation: string, session: string, attempt: number | string): string {
  return `lcm:${installation}/${session}/${attempt}`;
}

/** The line of a lab that no session has and that is kept to be used again. */
export function poolMarker(installation: string, labRecordId: string): string {
  return labMarker(installation, POOL, labRecordId);
}

/** All markers in a lab's notes. */
export function markersIn(notes: string): Marker[] {
  return [...notes.matchAll(/^lcm:([^/\s]+)\/([^/\s]+)\/(\S+)$/gm)].map(
    ([, installation = '', session = '', attempt = '']) => ({ installation, session, attempt }),
  );
}

/** Whether the lab was made for that session, by whichever attempt. */
export function isMadeFor(notes: string, installation: string, session: string): boolean {
  return markersIn(notes).some((one) => one.installation === installation && one.session === session);
}

export const isPooled = (marker: Marker): boolean => marker.session === POOL;

/** The notes with this marker in place of any other. */
export function withMarker(notes: string, marker: string): string {
  const others = notes
    .split('\n')
    .filter((line) => !line.startsWith('lcm:'))
    .join('\n')
    .trimEnd();
  return others === '' ? marker : `${others}\n\n${marker}`;
}
