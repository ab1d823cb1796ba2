import { writeFile } from 'node:fs/promises';
import { BESIDE_CONTRACT } from '@lcm/control-plane-api/http/beside-contract.ts';
import { ACCESS_RULES, GUARDED_FIELDS } from '@lcm/core/api/access-rule.ts';
import { type Contract, isEndpoint } from '@lcm/core/api/client.ts';
import { contract } from '@lcm/core/api/contract.ts';
import { ANYBODY, type Endpoint, type Role } from '@lcm/core/api/endpoint.ts';
import type { ServiceName } from '@lcm/core/api/services.ts';

/** Where the page stands, from the top of the repository. */
export const PAGE = 'docs/access-matrix.md';

/** The page that tells who may call what, made of the contract alone. */
export function accessMatrix(): string {
  const rows = [
    ...operationsOf(contract),
    ...BESIDE_CONTRACT.map(({ operation, ...one }) => ({
      ...one,
      name: operation.operationId ?? one.path,
      services: [],
    })),
  ];
  const internal = rows.filter(({ rule }) => rule === 'service');
  const open = rows.filter(({ rule }) => rule !== 'service');
  return `# Who may do what

Made from the contract (\`src/core/api\`) by \`node scripts/access-matrix.ts\`; a test holds it up to date, and
\`tests/security\` tries every operation as everybody. A role opens an operation; its rule decides what of it.

## Rules

${table(
  ['Rule', 'What it means'],
  Object.entries(ACCESS_RULES).map(([name, text]) => [`\`${name}\``, text]),
)}

The setting \`visibility\` narrows groups to parts of the fleet: workers, templates, labs, and the sessions on them. Scopes
narrow access tokens: \`<resource>:read\`, or \`<resource>:write\`, which reads too. No token opens login, accounts, tokens or
the internal operations.

## Fields that not everybody reads

${table(
  ['Fields', 'Read by'],
  GUARDED_FIELDS.map(({ fields, readBy }) => [fields, readBy]),
)}

## Operations

${table(
  ['Operation', 'Request', ...COLUMNS, 'Rule'],
  open.map(({ name, method, path, roles, rule }) => [
    `\`${name}\``,
    `\`${method} ${path}\``,
    ...COLUMNS.map((role) => (rule === 'public' || roles.includes(role) ? '✓' : '')),
    `\`${rule}\``,
  ]),
)}

## Operations of the system’s own services

Nobody else may call these, admins neither.

${table(
  ['Operation', 'Request', 'Services'],
  internal.map(({ name, method, path, services }) => [
    `\`${name}\``,
    `\`${method} ${path}\``,
    services.join(', '),
  ]),
)}
`;
}

const COLUMNS: readonly Role[] = [...ANYBODY, 'event-source'];

interface Row extends Pick<Endpoint, 'method' | 'path' | 'roles' | 'rule'> {
  name: string;
  services: readonly ServiceName[];
}

function operationsOf(part: Contract, within = ''): Row[] {
  return Object.entries(part).flatMap(([name, member]): Row[] =>
    isEndpoint(member) ? [{ ...member, name: within + name }] : operationsOf(member, `${within}${name}.`),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

if (import.meta.main) await writeFile(PAGE, accessMatrix());
