import type { Session } from '@lcm/core/domain/session-state.ts';

/**
 * Whether the session was paused when it came to be collected: then its lab is off, and was read back before.
 * Our own record tells; CML's word on a lab may be old.
 */
export function wasPaused({ history }: Session): boolean {
  return history.findLast(({ to }) => to === 'COLLECTING')?.from === 'STOPPED';
}
