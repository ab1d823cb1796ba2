import type { Endpoint } from './endpoint.ts';

/**
 * What personal access tokens can be limited to. A token without scopes does what its owner may; with scopes,
 * only what they cover of it, and never what is in nobody's scope: login, tokens, and the internal API.
 */
const SCOPED = [
  'definitions',
  'sessions',
  'workers',
  'worker-templates',
  'lab-records',
  'score-reports',
  'tasks',
  'notifications',
  'settings',
  'system',
  'audit',
  'events',
] as const;
type Scoped = (typeof SCOPED)[number] | 'all';

/** `<resource>:read`, or `<resource>:write` which reads too; of `all` resources, or one. */
export type Scope = `${Scoped}:${'read' | 'write'}`;

/** Every scope there is. */
export const SCOPES: readonly Scope[] = (['all', ...SCOPED] as const).flatMap((resource): Scope[] => [
  `${resource}:read`,
  `${resource}:write`,
]);

type Operation = Pick<Endpoint, 'method' | 'path' | 'rule'>;

/** Whether a token of these scopes covers the operation. Everybody may ask who they are. */
export function permittedBy(scopes: readonly string[] | undefined, operation: Operation): boolean {
  if (scopes === undefined) return true;
  const reads = operation.method === 'GET';
  if (reads && operation.path === '/api/auth/user') return true;
  const resource = SCOPED.find((one) => one === resourceOf(operation.path));
  if (!resource) return false;
  const covering: Scope[] = [`${resource}:write`, 'all:write'];
  if (reads) covering.push(`${resource}:read`, 'all:read');
  return covering.some((scope) => scopes.includes(scope));
}

/** `sessions` of `/api/v1/sessions/:id`, `events` of `/api/events/stream`. */
const resourceOf = (path: string): string | undefined => /^\/api\/(?:v1\/)?([\w-]+)/.exec(path)?.[1];
