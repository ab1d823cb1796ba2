import { sameSecret } from '@lcm/adapters/secrets/same-secret.ts';
import { isServiceName, SERVICES } from '@lcm/core/api/services.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { type Authenticate, type AuthenticationWay, authenticateBy, type Caller } from './auth/caller.ts';

/** Who calls without a credential. */
const localAdmin: Caller = { issuer: 'local', subject: 'admin', username: 'admin', roles: ['admin'] };

/**
 * Callers of systems made for a test, which have no login: whoever knows the secret is the controller that it
 * names in `x-lcm-service`, or every controller at once, and everybody else is the administrator.
 */
export const localCallers = (controllerSecret: string): Authenticate =>
  authenticateBy([controllersBy(controllerSecret), async () => localAdmin]);

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
    return {
      issuer: 'local',
      subject: name,
      username: name,
      roles: ['controller', 'event-source'],
      services: isServiceName(name) ? [name] : SERVICES,
    };
  };
