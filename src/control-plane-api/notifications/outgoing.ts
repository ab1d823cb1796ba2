import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Mail } from '@lcm/core/spi/mail.ts';
import type { Web } from '@lcm/core/spi/web.ts';

/** By what messages leave the house. */
export interface Outgoing {
  web: Web;
  /** Absent where no mail server is configured. */
  mail?: Mail | undefined;
}

/** For a control plane that sends nothing. */
export const NOTHING_OUTGOING: Outgoing = {
  web: {
    fetch: () => Promise.reject(new Refusal('unavailable', 'nothing is sent from here')),
    check: () => Promise.reject(new Refusal('unavailable', 'nothing is sent from here')),
  },
};
