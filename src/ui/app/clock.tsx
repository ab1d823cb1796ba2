import { UnstyledButton } from '@mantine/core';
import { texts } from '../texts/texts.ts';
import { clockTimeToSecond } from '../time/format.ts';
import { useNow } from '../time/server-clock.ts';
import { chooseZone, useZone, zoneName } from '../time/zone.ts';
import styles from './clock.module.css';

/** The server's time, and the zone in which the page writes times; a click changes the zone. */
export function Clock() {
  const now = useNow();
  const zone = useZone();
  const name = zoneName(zone, now);
  return (
    <UnstyledButton
      className={styles.clock}
      title={texts.top.zone(name)}
      aria-label={texts.top.zone(name)}
      onClick={() => chooseZone(zone === 'utc' ? 'local' : 'utc')}
    >
      <span className={styles.time}>{clockTimeToSecond(now, zone)}</span> <span>{name}</span>
    </UnstyledButton>
  );
}
