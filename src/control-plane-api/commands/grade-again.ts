import type { SessionView } from '@lcm/core/api/sessions.ts';
import { gradingSessionId } from '@lcm/core/domain/ids.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { refuseUnlessActing } from '../auth/access-rules.ts';
import { actorOf } from '../auth/caller.ts';
import { loadExisting } from '../queries/load.ts';
import { oneSessionView } from '../queries/views.ts';
import { loadVisible } from '../queries/visible.ts';
import type { Services } from '../services.ts';
import type { Action } from './session-actions.ts';

/**
 * Has the stored evidence graded again: opens another grading session, which the lablet controller works off
 * and which ends in another score report. The session stays as it is.
 */
export async function gradeAgain(services: Services, { id, caller, terms }: Action): Promise<SessionView> {
  const stored = await loadVisible(services, 'session', id, caller);
  const { state } = stored;
  refuseUnlessActing(caller, state);
  const { expectedVersion } = terms;
  if (expectedVersion !== undefined && expectedVersion !== stored.version)
    throw new Refusal(
      'staleVersion',
      `session ${id} is at version ${stored.version}, not ${expectedVersion}`,
    );
  if (state.status === 'COLLECTING' || state.status === 'GRADING')
    throw new Refusal('conflict', `session ${id} is ${state.status}: its first grading is under way`);
  if (!state.evidenceKey) throw new Refusal('conflict', `session ${id} has no evidence to grade`);
  const { spec } = (await loadExisting(services.store, 'definition', state.definition.definitionId)).state;
  const engine = spec.grading?.engine ?? 'builtin';
  if (!state.definition.grades || engine === 'none')
    throw new Refusal('conflict', `${spec.name} ${spec.version} is not graded`);
  const earlier = await services.store.count('grading-session', { sessionId: id });
  const grading = {
    id: gradingSessionId.parse(`g-${id}-again-${earlier}`),
    sessionId: state.id,
    engine,
    evidenceKey: state.evidenceKey,
  };
  const { correlationId } = terms;
  await services.commands.execute(
    'grading-session',
    grading.id,
    { type: 'open', grading, by: actorOf(caller) },
    { correlationId },
  );
  return oneSessionView(services, stored, caller);
}
