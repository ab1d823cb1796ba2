import type { DefinitionView, definitionRequest } from '@lcm/core/api/definitions.ts';
import { definitionIdOf } from '@lcm/core/domain/definition.ts';
import type {
  Definition,
  DefinitionSpec,
  Finding,
  TopologyFacts,
} from '@lcm/core/domain/definition-state.ts';
import { definitionId } from '@lcm/core/domain/ids.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { sameJson } from '@lcm/core/domain/same-json.ts';
import semver from 'semver';
import type { z } from 'zod';
import { actorOf, type Caller } from '../auth/caller.ts';
import { refuseUnreachable } from '../notifications/webhook-address.ts';
import type { Services } from '../services.ts';
import { readDefinition } from './read-definition.ts';

type Request = z.output<typeof definitionRequest>;

/** Publishes a version: everything is checked before anything is kept. */
export async function createDefinition(
  services: Services,
  request: Request,
  caller: Caller,
  correlationId: string,
): Promise<DefinitionView> {
  const { spec, topology, packageBytes, facts } = await readDefinition(request);
  const errors = facts.findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    throw new Refusal(
      'rule',
      `the definition has ${errors.length} errors, the first: ${errors[0]?.message}`,
      {
        fields: errors.map(({ where, message }) => ({ pointer: where ?? '/topology', message })),
      },
    );
  }
  const webhook = spec.ownerNotification?.webhookUrl;
  if (webhook) await refuseUnreachable(services.outgoing.web, webhook, '/ownerNotification/webhookUrl');
  const id = definitionId.parse(definitionIdOf(spec.name, spec.version));
  const known = await services.store.load<Definition>('definition', id);
  const topologyKey = await services.content.put(new TextEncoder().encode(topology));
  if (known) return repeated(known.state, known.version, spec, topologyKey);
  const packageKey = packageBytes ? await services.content.put(packageBytes) : undefined;
  const previousVersionId = await newestBefore(services, spec);
  const content = { topologyKey, ...(packageKey ? { packageKey } : {}) };
  const command = {
    type: 'create' as const,
    id,
    spec,
    content,
    facts,
    previousVersionId,
    by: actorOf(caller),
  };
  try {
    const stored = await services.commands.execute('definition', id, command, { correlationId });
    return { ...stored.state, version: stored.version };
  } catch (refusal) {
    // The same version came twice at once, and the other was quicker.
    const meanwhile = await services.store.load<Definition>('definition', id);
    if (!meanwhile || !(refusal instanceof Refusal) || refusal.code !== 'conflict') throw refusal;
    return repeated(meanwhile.state, meanwhile.version, spec, topologyKey);
  }
}

/** Checks a definition and keeps nothing. */
export async function validateDefinition(
  request: Request,
): Promise<{ valid: boolean; findings: Finding[]; facts?: TopologyFacts }> {
  try {
    const { facts } = await readDefinition(request);
    return {
      valid: facts.findings.every(({ severity }) => severity !== 'error'),
      findings: facts.findings,
      facts,
    };
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const fields =
      refusal.fields.length > 0 ? refusal.fields : [{ pointer: '/topology', message: refusal.message }];
    return {
      valid: false,
      findings: fields.map(({ pointer, message }) => ({
        severity: 'error',
        code: refusal.code,
        message,
        where: pointer,
      })),
    };
  }
}

/** The same version sent again with the same content is there already; with other content it is refused. */
function repeated(
  known: Definition,
  version: number,
  spec: DefinitionSpec,
  topologyKey: string,
): DefinitionView {
  if (known.content.topologyKey === topologyKey && sameJson(known.spec, spec)) return { ...known, version };
  throw new Refusal(
    'conflict',
    `definition ${spec.name} ${spec.version} exists already with other content; versions never change, publish a new one`,
    {
      facts: { definitionId: known.id },
    },
  );
}

async function newestBefore(services: Services, spec: DefinitionSpec): Promise<Definition['id'] | undefined> {
  const page = await services.store.list<Definition>('definition', {
    where: { 'spec.name': spec.name },
    limit: 1_000,
  });
  const earlier = page.items
    .map(({ state }) => state)
    .filter((one) => semver.lt(one.spec.version, spec.version));
  return earlier.sort((one, other) => semver.rcompare(one.spec.version, other.spec.version))[0]?.id;
}
