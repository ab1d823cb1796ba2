import type { FastifyInstance } from 'fastify';
import type { Caller } from '../caller.ts';
import type { LoginCookies } from './cookies.ts';
import type { LoginLimits } from './login-record.ts';
import type { FoundLogin, LoginSessions } from './login-sessions.ts';

type Credential = NonNullable<Caller['credential']>;

/**
 * Gives browsers a new cookie with an answer: where their person may do other things than before, so that no cookie
 * from before opens them, and where they sent one that has been replaced already.
 */
export class RenewedCookies {
  readonly #sessions: LoginSessions;
  readonly #cookies: LoginCookies;
  readonly #limits: () => Promise<LoginLimits>;
  readonly #found = new WeakMap<Credential, FoundLogin>();

  constructor(sessions: LoginSessions, cookies: LoginCookies, limits: () => Promise<LoginLimits>) {
    this.#sessions = sessions;
    this.#cookies = cookies;
    this.#limits = limits;
  }

  /** Notes the login behind a caller's credential, where its cookie is to be another. */
  remember = (credential: Credential, found: FoundLogin): void => {
    if (found.newSecret !== undefined || found.record.rotationDue) this.#found.set(credential, found);
  };

  register(app: FastifyInstance): void {
    app.addHook('onSend', async ({ caller }, reply) => {
      const found = caller?.credential && this.#found.get(caller.credential);
      if (!found) return;
      const { absoluteSeconds } = await this.#limits();
      const secret = found.newSecret ?? (await this.#sessions.rotate(found));
      if (secret !== undefined)
        reply.header('set-cookie', this.#cookies.set('login', secret, absoluteSeconds));
    });
  }
}
