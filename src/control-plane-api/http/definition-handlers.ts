import type { definitions } from '@lcm/core/api/definitions.ts';
import type { DefinitionCommand } from '@lcm/core/domain/definition.ts';
import { actorOf } from '../auth/caller.ts';
import { createDefinition, validateDefinition } from '../commands/definitions.ts';
import { loadExisting } from '../queries/load.ts';
import type { Services } from '../services.ts';
import { type Call, type Handlers, termsOf } from './handler.ts';
import { listOf, NEWEST, turned, withVersion } from './lists.ts';

/** Operations on definitions; see core/api/definitions.ts. */
export function definitionHandlers(services: Services): Handlers<typeof definitions> {
  type Acting = Pick<Call, 'caller' | 'expectedVersion' | 'fence' | 'correlationId'> & {
    params: { id: string };
    body: { reason?: string | undefined };
  };
  const send = async (call: Acting, command: Pick<DefinitionCommand, 'by' | 'reason'> & DefinitionCommand) =>
    withVersion(await services.commands.execute('definition', call.params.id, command, termsOf(call)));
  const asked = (call: Acting) => ({ by: actorOf(call.caller), reason: call.body.reason });
  return {
    create: ({ body, caller, correlationId }) => createDefinition(services, body, caller, correlationId),
    validate: ({ body }) => validateDefinition(body),
    list: async ({ query }) => {
      const page = await listOf(
        services,
        'definition',
        query,
        { status: 'status', name: 'spec.name' },
        NEWEST,
      );
      return turned(page, page.items.map(withVersion));
    },
    get: async ({ params }) => withVersion(await loadExisting(services.store, 'definition', params.id)),
    topology: async ({ params }) => {
      const { state } = await loadExisting(services.store, 'definition', params.id);
      const bytes = await services.content.get(state.content.topologyKey);
      return { topology: new TextDecoder().decode(bytes) };
    },
    sync: (call) => send(call, { type: 'requestSync', ...asked(call) }),
    deprecate: (call) =>
      send(call, { type: 'deprecate', replacement: call.body.replacement, ...asked(call) }),
    activate: (call) => send(call, { type: 'reactivate', ...asked(call) }),
    archive: (call) => send(call, { type: 'archive', ...asked(call) }),
  };
}
