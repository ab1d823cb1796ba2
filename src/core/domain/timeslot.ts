import { z } from 'zod';
import { instant, ms } from './time.ts';

/** When a candidate has the lab, and what is held around it. */
export const timeslot = z.object({
  start: instant,
  end: instant,
  leadSeconds: z.number().int().min(0).max(86_400),
  teardownSeconds: z.number().int().min(0).max(86_400),
});

export type Timeslot = z.infer<typeof timeslot>;

/** A stretch of time in milliseconds since the epoch, the start in it, the end not. */
export interface Window {
  from: number;
  to: number;
}

/** What the session holds its worker for: [start − lead, end + teardown). */
export function heldWindow(slot: Timeslot): Window {
  return {
    from: ms(slot.start) - slot.leadSeconds * 1000,
    to: ms(slot.end) + slot.teardownSeconds * 1000,
  };
}

/** Where a moment lies in the slot. */
export type Phase = 'before' | 'approaching' | 'active' | 'teardown' | 'expired';

/** The phase of the slot at `now` (milliseconds since the epoch). */
export function phaseAt(slot: Timeslot, now: number): Phase {
  const held = heldWindow(slot);
  if (now < held.from) return 'before';
  if (now < ms(slot.start)) return 'approaching';
  if (now <= ms(slot.end)) return 'active';
  return now <= held.to ? 'teardown' : 'expired';
}

/** Whether a lab that is begun now could still be ready before the slot is over. */
export function canStillBeMet(slot: Timeslot, now: number): boolean {
  return now + slot.leadSeconds * 1000 < ms(slot.end);
}

/** Length in whole seconds. */
export function durationSeconds(slot: Timeslot): number {
  return Math.round((ms(slot.end) - ms(slot.start)) / 1000);
}

/** Whether two stretches of time share a moment. */
export function overlap(one: Window, other: Window): boolean {
  return one.from < other.to && other.from < one.to;
}
