import { timingSafeEqual } from 'node:crypto';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { type Authenticate, type AuthenticationWay, authenticateBy, type Caller } from './caller.ts';

/** Whoever reaches the embedded system on its own machine, until login is set up. */
const localAdmin: Caller = { issuer: 'local', subject: 'admin', username: 'admin', roles: ['admin'] };

/**
 * Callers of the embedded mode: the system's own controllers by the secret that was made for this run, and
 * everybody else as the local administrator. The API listens on loopback only in this mode.
 */
export const localCallers = (controllerSecret: string): Authenticate =>
  authenticateBy([controllersBy(controllerSecret), async () => localAdmin]);

/** Whoever knows the secret; which controller it is, is said in `x-lcm-service`. */
const controllersBy =
  (secret: string): AuthenticationWay =>
  async ({ headers }) => {
    const { authorization } = headers;
    if (authorization === undefined) return undefined;
    const token = String(authorization).replace(/^Bearer /, '');
    if (!sameSecret(token, secret)) {
      throw new Refusal('unauthenticated', 'the bearer token is not known here');
    }
    const name = String(headers['x-lcm-service'] ?? 'controller');
    return { issuer: 'local', subject: name, username: name, roles: ['controller'] };
  };

function sameSecret(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
