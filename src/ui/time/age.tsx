import { dateAndTime, roughLength } from './format.ts';
import { useNow } from './server-clock.ts';
import { useZone } from './zone.ts';

const DAY_MS = 86_400_000;

/** How long ago: in words under a day, as a date beyond. The pointer shows local time and UTC. */
export function Age({ at }: { at: string }) {
  const now = useNow();
  const zone = useZone();
  const ms = Date.parse(at);
  return (
    <time dateTime={at} title={`${dateAndTime(ms, 'local')} · ${dateAndTime(ms, 'utc')} UTC`}>
      {now - ms < DAY_MS ? roughLength(now - ms) : dateAndTime(ms, zone).slice(0, -3)}
    </time>
  );
}
