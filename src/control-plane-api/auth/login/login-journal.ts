import { Refusal } from '@lcm/core/domain/refusal.ts';
import { iso } from '@lcm/core/domain/time.ts';
import type { FastifyRequest } from 'fastify';
import type { Services } from '../../services.ts';
import type { Person } from './login-record.ts';

type Act = 'auth.logIn' | 'auth.logOut';

/**
 * Tells log and audit who logged in and out, and whom the issuer did not confirm; never by what token. What a browser
 * is led through is all GET, which the audit of requests does not look at.
 */
export class LoginJournal {
  readonly #services: Pick<Services, 'audit' | 'clock' | 'log' | 'random'>;

  constructor(services: Pick<Services, 'audit' | 'clock' | 'log' | 'random'>) {
    this.#services = services;
  }

  /** @throws Refusal `unavailable` where it cannot be audited */
  async done(act: Act, request: FastifyRequest, person: Person, loginId: string): Promise<void> {
    const { audit, log } = this.#services;
    log.info({ login: loginId, username: person.username, address: request.ip }, act);
    // Whatever is not GET is audited as every request is.
    if (request.method !== 'GET') return;
    await audit?.write([{ entry: { ...this.#entry(act, request, person, loginId), outcome: 'done' } }]);
  }

  async refused(request: FastifyRequest, error: unknown): Promise<void> {
    const { audit, log } = this.#services;
    log.warn({ why: wordsOf(error), address: request.ip }, 'a login failed');
    const confirmed = !(error instanceof Refusal && error.code === 'unauthenticated');
    await audit?.writeRefused({
      ...this.#entry('auth.logIn', request),
      outcome: confirmed ? 'failed' : 'refused',
      refusal: {
        code: error instanceof Refusal ? error.code : 'internal',
        message: error instanceof Refusal ? error.message : '',
      },
    });
  }

  /** That something of no consequence to the login did not work. */
  trouble(error: unknown, what: string): void {
    this.#services.log.warn({ why: wordsOf(error) }, what);
  }

  #entry(operation: Act, request: FastifyRequest, person?: Person, loginId?: string) {
    const { clock, random } = this.#services;
    const { issuer, subject, username, roles = [], impersonator } = person ?? NOBODY;
    return {
      id: `request:${random.uuid()}`,
      at: iso(clock.now()),
      operation,
      actor: {
        issuer,
        subject,
        ...(username ? { username } : {}),
        roles: [...roles],
        ...(loginId ? { credential: { type: 'login', id: loginId } } : {}),
        ...(impersonator ? { impersonator } : {}),
        address: request.ip,
      },
      correlationId: request.id,
    };
  }
}

const NOBODY: Partial<Person> & Pick<Person, 'issuer' | 'subject'> = { issuer: '', subject: 'anonymous' };

/** Messages only: what libraries hang on their errors may be tokens. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is no error was thrown';
  return error.cause === undefined ? error.message : `${error.message}: ${wordsOf(error.cause)}`;
}
