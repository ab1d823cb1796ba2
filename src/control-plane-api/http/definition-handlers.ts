import type { DefinitionView, definitions } from '@lcm/core/api/definitions.ts';
import type { DefinitionCommand } from '@lcm/core/domain/definition.ts';
import type { Definition } from '@lcm/core/domain/definition-state.ts';
import type { Stored } from '@lcm/core/spi/state-store.ts';
import { readsRubrics } from '../auth/access-rules.ts';
import { actorOf, type Caller } from '../auth/caller.ts';
import { createDefinition, validateDefinition } from '../commands/definitions.ts';
import { loadVisible } from '../queries/visible.ts';
import { withoutRubric } from '../queries/withheld.ts';
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
    list: async ({ query, caller }) => {
      const fields = { status: 'status', name: 'spec.name' };
      const page = await listOf(services, caller, 'definition', query, fields, NEWEST);
      return turned(
        page,
        page.items.map((one) => definitionView(one, caller)),
      );
    },
    get: async ({ params, caller }) =>
      definitionView(await loadVisible(services, 'definition', params.id, caller), caller),
    topology: async ({ params, caller }) => {
      const { state } = await loadVisible(services, 'definition', params.id, caller);
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

/** A definition as the caller may read it. */
function definitionView(stored: Stored<Definition>, caller: Caller): DefinitionView {
  const view = withVersion(stored);
  return readsRubrics(caller) ? view : withoutRubric(view);
}
