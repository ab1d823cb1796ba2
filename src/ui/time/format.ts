import type { Zone } from './zone.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(which: Zone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = which + JSON.stringify(options);
  const known = formats.get(key);
  if (known) return known;
  const zone = which === 'utc' ? { timeZone: 'UTC' } : {};
  const made = new Intl.DateTimeFormat('en-GB', { ...options, ...zone });
  formats.set(key, made);
  return made;
}

/** `14:15` */
export function clockTime(ms: number, zone: Zone): string {
  return format(zone, { hour: '2-digit', minute: '2-digit' }).format(ms);
}

/** `14:15:09` */
export function clockTimeToSecond(ms: number, zone: Zone): string {
  return format(zone, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(ms);
}

/** `1 Mar` */
export function dayOfMonth(ms: number, zone: Zone): string {
  return format(zone, { day: 'numeric', month: 'short' }).format(ms);
}

/** `1 Mar 2026, 14:15:09`, as histories write it. */
export function dateAndTime(ms: number, zone: Zone): string {
  return format(zone, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(ms);
}

/** A stretch of time, the day only where it is not the day of `now`: `14:15–16:15`, `2 Mar 14:15–16:15`. */
export function slotText(from: number, to: number, now: number, zone: Zone): string {
  const day = dayOfMonth(from, zone);
  const today = day === dayOfMonth(now, zone);
  const lastDay = dayOfMonth(to, zone);
  const end = lastDay === day ? clockTime(to, zone) : `${lastDay} ${clockTime(to, zone)}`;
  return `${today ? '' : `${day} `}${clockTime(from, zone)}–${end}`;
}

/** A length: `9s`, `2m41`, `1:38:20`, `3d 4h`. @param ms milliseconds, negative ones count as none */
export function lengthText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds}s`;
  const two = (n: number) => String(n).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${two(seconds % 60)}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}:${two(minutes % 60)}:${two(seconds % 60)}`;
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/** A length in words, to the largest unit: `4 min`, `2 h`, `3 d`. */
export function roughLength(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) {
    const minutes = Math.floor((seconds % 3_600) / 60);
    return `${Math.floor(seconds / 3_600)} h${minutes > 0 ? ` ${minutes} min` : ''}`;
  }
  return `${Math.floor(seconds / 86_400)} d`;
}

/** What `<input type="datetime-local">` takes, in the zone: `2026-03-01T14:15`. */
export function inputText(ms: number, zone: Zone): string {
  const shift = zone === 'utc' ? 0 : new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - shift).toISOString().slice(0, 16);
}

/** The moment that a `datetime-local` text means in the zone; undefined where it is none. */
export function momentOf(text: string, zone: Zone): number | undefined {
  const ms = Date.parse(zone === 'utc' ? `${text}Z` : text);
  return Number.isNaN(ms) ? undefined : ms;
}
