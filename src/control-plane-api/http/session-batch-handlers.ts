import type { BatchOutcomes, sessionBatches } from '@lcm/core/api/session-batches.ts';
import { type SessionView, sessions } from '@lcm/core/api/sessions.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { noteRefused } from '../audit/acting.ts';
import { authorize } from '../auth/authorize.ts';
import type { Services } from '../services.ts';
import type { Handlers } from './handler.ts';
import { problemOfRefusal } from './problems.ts';

/** How many of a batch are under way at once: the rest of the system goes on beside it. */
const AT_ONCE = 16;

/** Operations on many sessions; see core/api/session-batches.ts. Each item is done as the operation on one would do it. */
export function sessionBatchHandlers(
  services: Services,
  one: Handlers<typeof sessions>,
): Handlers<typeof sessionBatches> {
  const settle = (correlationId: string) => settled(services, correlationId);
  return {
    act: (call) => {
      const { body, caller, correlationId } = call;
      authorize(sessions[body.action], caller);
      return settle(correlationId)(body.items, async ({ id, version: expectedVersion }) => {
        const common = { ...call, params: { id }, expectedVersion };
        const { reason } = body;
        if (body.action === 'extend')
          return one.extend({ ...common, body: { seconds: body.seconds, reason } });
        return one[body.action]({ ...common, body: { reason } });
      });
    },
    book: (call) =>
      settle(call.correlationId)(call.body.items, (body, index) => {
        const key = call.idempotencyKey;
        return one.book({ ...call, body, idempotencyKey: key && `${key}/${index}` });
      }),
  };
}

/** Does the work for each item, a few at a time, in order as far as they begin; what is refused is told beside what is done. */
function settled({ log }: Services, correlationId: string) {
  return async <Item extends object>(
    items: readonly Item[],
    work: (item: Item, index: number) => Promise<SessionView>,
  ): Promise<BatchOutcomes> => {
    const outcomes: BatchOutcomes['items'] = [];
    const waiting = items.entries();
    const worker = async () => {
      for (const [index, item] of waiting) {
        const id = 'id' in item ? { id: String(item.id) } : {};
        try {
          outcomes[index] = { status: 'done', session: await work(item, index) };
        } catch (error) {
          noteRefused({ error, ...('id' in id ? { resource: { kind: 'session', id: id.id } } : {}) });
          if (!(error instanceof Refusal))
            log.error({ err: error, correlationId, index }, 'an item of a batch failed');
          const refusal =
            error instanceof Refusal
              ? error
              : new Refusal(
                  'unavailable',
                  `something went wrong here; the log has it under ${correlationId}`,
                );
          outcomes[index] = {
            status: 'refused',
            ...id,
            problem: problemOfRefusal(refusal, { correlationId }),
          };
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    const done = outcomes.filter(({ status }) => status === 'done').length;
    return { done, refused: outcomes.length - done, items: outcomes };
  };
}
