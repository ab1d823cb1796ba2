import { actingFor } from '../audit/acting.ts';
import { type Claimant, claimSessions } from '../commands/claim-sessions.ts';
import type { Services } from '../services.ts';
import { type Caller, ownKey } from './caller.ts';

/** Milliseconds after which it is looked anew what was booked for one who keeps coming. */
const LOOK_AGAIN_MS = 60_000;
/** Most people of whom it is remembered here that it was looked. */
const MOST_REMEMBERED = 10_000;

/**
 * Gives people what was booked for them before they could be known, as soon as they are: at a login, and with the
 * first request by a token of their issuer. Never to who acts for somebody else, nor to services.
 */
export class Claimants {
  readonly #services: Services;
  readonly #looked = new Map<string, { at: number; done: Promise<void> }>();

  constructor(services: Services) {
    this.#services = services;
  }

  /** To be told of each caller before their request is handled: looks, unless it was looked a short while ago. */
  async known(caller: Caller): Promise<void> {
    const claimant = claimantIn(caller);
    if (!claimant) return;
    const looked = this.#looked.get(JSON.stringify(claimant));
    const fresh = looked && this.#services.clock.now() - looked.at < LOOK_AGAIN_MS;
    await (fresh ? looked.done : this.#look(caller, claimant));
  }

  /** To be told of each login: looks in any case. */
  async loggedIn(caller: Caller): Promise<void> {
    const claimant = claimantIn(caller);
    if (claimant) await this.#look(caller, claimant);
  }

  #look(caller: Caller, claimant: Claimant): Promise<void> {
    const key = JSON.stringify(claimant);
    if (this.#looked.size >= MOST_REMEMBERED) this.#looked.clear();
    const done = this.#claim(caller, claimant).catch((error: unknown) => {
      // Nobody is kept out for it: the next request tries again.
      this.#looked.delete(key);
      this.#services.log.warn({ err: error }, 'it could not be looked what was booked for a person');
    });
    this.#looked.set(key, { at: this.#services.clock.now(), done });
    return done;
  }

  async #claim(caller: Caller, claimant: Claimant): Promise<void> {
    const { issuer, subject, username, roles, credential, address } = caller;
    const actor = {
      issuer,
      subject,
      username,
      roles: [...roles],
      ...(credential ? { credential } : {}),
      ...(address === undefined ? {} : { address }),
    };
    // The request that it comes with is about something else, and may be one that is not audited at all.
    const act = { operation: 'system', actor, commits: 0, refusals: [] };
    const count = await actingFor(act, () => claimSessions(this.#services, claimant));
    if (count > 0) this.#services.log.info({ owner: ownKey(caller), count }, 'sessions were claimed');
  }
}

/** The caller as somebody who claims; undefined for who may not. */
function claimantIn(caller: Caller): Claimant | undefined {
  const { issuer, subject, roles, credential, impersonator, knownAs } = caller;
  const itself = credential?.type === 'login' || credential?.type === 'bearer';
  const machine = roles.includes('controller') || roles.includes('event-source');
  if (!knownAs || !itself || machine || impersonator) return undefined;
  return { issuer, subject, ...knownAs };
}
