import type { Role } from '@lcm/core/api/endpoint.ts';
import type { ServiceName } from '@lcm/core/api/services.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';

/**
 * A name is the subject of tokens of the same issuer that people's are of: too short to be a UUID, and none that the
 * product takes for its own.
 */
const NAME = /^(?!demo-|lcm-)[a-z][a-z0-9-]{1,31}$/;

/** @throws Refusal `invalid` */
export function checkName(name: string): void {
  if (NAME.test(name)) return;
  const message =
    'must be 2 to 32 small letters, digits and dashes, begin with a letter, and not with demo- or lcm-';
  throw new Refusal('invalid', `the name ${message}`, { fields: [{ pointer: '/name', message }] });
}

/**
 * What an account is given: `controller` with the service that it is, and only so; otherwise what was asked for.
 * @throws Refusal `rule` for what does not go together
 */
export function grantedRoles(asked: readonly Role[], service: ServiceName | undefined): readonly Role[] {
  if (service !== undefined) {
    if (asked.length > 0) throw refused('a service of the system has no other roles: leave them out');
    return ['controller'];
  }
  if (asked.length === 0) throw refused('say what it may do by roles, or which service it is');
  if (asked.includes('controller')) throw refused('controller is for services of the system: name one');
  if (asked.includes('event-source') && asked.length > 1)
    throw refused('who sends events does nothing else: make another account for the rest');
  return [...new Set(asked)];
}

const refused = (message: string) =>
  new Refusal('rule', message, { fields: [{ pointer: '/roles', message }] });
