import { type Contract, isEndpoint } from '@lcm/core/api/client.ts';
import { contract, publicContract } from '@lcm/core/api/contract.ts';
import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi';
import { BESIDE_CONTRACT } from './beside-contract.ts';
import { operationOf } from './openapi-operation.ts';

/** How callers prove who they are. */
const SECURITY_SCHEMES = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description:
      'A JWT of a configured issuer, a personal access token, or the token of a service account. `POST /api/auth/login` gives one to accounts of the embedded provider.',
  },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'lcm',
    description:
      'The login of the page (`__Host-lcm` over https). Requests that change something repeat in `x-csrf-token` what `GET /api/auth/session` gives.',
  },
} as const;

/** The OpenAPI 3.1 document of what people and integrators may call. */
export function publicDocument(version: string): object {
  return documentOf(version, {
    title: 'Lablet Cloud Manager',
    description:
      'Books timed CML labs, has a licensed server up in time, delivers, collects, grades and gives everything back. Errors are problem documents (RFC 9457). Times are UTC, ISO 8601; durations are whole seconds.',
    paths: withPaths(pathsOf(publicContract, []), pathsBeside()),
    security: [{ bearer: [] }, { cookie: [] }],
  });
}

/** The OpenAPI 3.1 document of what the system's own controllers call, with their services' token. */
export function internalDocument(version: string): object {
  return documentOf(version, {
    title: 'Lablet Cloud Manager, for its own controllers',
    description:
      'Whole aggregates, and commands to them. Every write carries the fence of its holder, and the version that it was decided on. Not for anybody else: it changes without notice.',
    paths: pathsOf({ internal: contract.internal }, []),
    security: [{ bearer: [] }],
  });
}

function documentOf(
  version: string,
  {
    title,
    description,
    paths,
    security,
  }: {
    title: string;
    description: string;
    paths: ZodOpenApiPathsObject;
    security: Record<string, string[]>[];
  },
): object {
  return createDocument(
    {
      openapi: '3.1.0',
      info: {
        title,
        version,
        description,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: { securitySchemes: SECURITY_SCHEMES },
      security,
      paths,
    },
    { reused: 'inline' },
  );
}

function pathsOf(contract: Contract, names: readonly string[]): ZodOpenApiPathsObject {
  const members = Object.entries(contract).map(([name, member]): ZodOpenApiPathsObject => {
    const within = [...names, name];
    if (!isEndpoint(member)) return pathsOf(member, within);
    const path = member.path.replace(/:(\w+)/g, '{$1}');
    return { [path]: { [member.method.toLowerCase()]: operationOf(member, within) } };
  });
  return withPaths(...members);
}

function pathsBeside(): ZodOpenApiPathsObject {
  return withPaths(
    ...BESIDE_CONTRACT.map(({ path, method, operation }) => ({
      [path.replace(/:(\w+)/g, '{$1}')]: { [method.toLowerCase()]: operation },
    })),
  );
}

/** All of them; what stands at the same path in several is put together. */
function withPaths(...parts: ZodOpenApiPathsObject[]): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const [path, item] of parts.flatMap((part) => Object.entries(part)))
    paths[path] = { ...paths[path], ...item };
  return paths;
}
