import type { TaskView, tasks } from '@lcm/core/api/tasks.ts';
import { taskId } from '@lcm/core/domain/ids.ts';
import { TASK_STATUSES, type Task, type TaskCommand } from '@lcm/core/domain/task.ts';
import type { Stored } from '@lcm/core/spi/state-store.ts';
import { actorOf, type Caller, ownKey } from '../auth/caller.ts';
import { departmentGiven, refuseUnlessTaskSeen } from '../auth/task-access.ts';
import { newId } from '../ids.ts';
import { loadExisting } from '../queries/load.ts';
import type { Services } from '../services.ts';
import { type Call, type Handlers, termsOf } from './handler.ts';
import { listOf, NEWEST, turned } from './lists.ts';

/** Operations on tasks; see core/api/tasks.ts. */
export function taskHandlers(services: Services): Handlers<typeof tasks> {
  const { commands, random } = services;
  const act = (call: Acting, command: Bare) => actOn(services, call, command);
  return {
    list: async ({ query, caller }) => {
      const asked = { ...query, status: query.status ?? [...TASK_STATUSES] };
      const page = await listOf(services, caller, 'task', asked, FIELDS, NEWEST);
      return turned(page, page.items.map(viewOf));
    },
    get: async ({ params, caller }) => viewOf(await seen(services, params.id, caller)),
    create: async ({ body, caller, correlationId, idempotencyKey }) => {
      const { assignee, department, ...said } = body;
      const source = idempotencyKey ? { caller: ownKey(caller), key: idempotencyKey } : undefined;
      const id = taskId.parse(newId('t', random, source));
      const own = caller.roles.includes('admin') ? undefined : caller.department;
      const given = departmentGiven(caller, department ?? own) ?? undefined;
      const by = actorOf(caller);
      const raise = { type: 'raise' as const, ...said, id, department: given, byHand: true, by };
      const raised = await commands.execute('task', id, raise, { correlationId });
      if (assignee === undefined) return viewOf(raised);
      return viewOf(await commands.execute('task', id, { type: 'assign', assignee, by }, { correlationId }));
    },
    update: (call) => {
      departmentGiven(call.caller, call.body.department);
      return act(call, { type: 'update', changes: call.body });
    },
    assign: (call) => act(call, { type: 'assign', assignee: call.body.assignee }),
    comment: (call) => {
      const { caller, idempotencyKey: key, body } = call;
      const source = key ? { caller: `${call.params.id}|${ownKey(caller)}`, key } : undefined;
      return act(call, { type: 'comment', id: newId('c', random, source), text: body.text });
    },
    close: (call) => act(call, { type: 'close' }),
    delete: async (call) => {
      await seen(services, call.params.id, call.caller);
      const command = { type: 'delete' as const, by: actorOf(call.caller) };
      await commands.execute('task', call.params.id, command, termsOf(call));
      return undefined;
    },
  };
}

/** Filters by the indexed field that they compare. */
const FIELDS = {
  status: 'status',
  priority: 'priority',
  assignee: 'assignee',
  department: 'department',
  aboutKind: 'about.kind',
  aboutId: 'about.id',
};

type Bare = TaskCommand extends infer One ? (One extends TaskCommand ? Omit<One, 'by'> : never) : never;
type Acting = Pick<Call, 'caller' | 'expectedVersion' | 'fence' | 'correlationId'> & {
  params: { id: string };
};

async function actOn(services: Services, call: Acting, command: Bare): Promise<TaskView> {
  const { id } = call.params;
  await seen(services, id, call.caller);
  const asked: TaskCommand = { ...command, by: actorOf(call.caller) };
  return viewOf(await services.commands.execute('task', id, asked, termsOf(call)));
}

async function seen(services: Services, id: string, caller: Caller): Promise<Stored<Task>> {
  const stored = await loadExisting(services.store, 'task', id);
  refuseUnlessTaskSeen(caller, stored.state);
  return stored;
}

function viewOf({ state, version }: Stored<Task>): TaskView {
  // Whoever has seen it before it was deleted is not told what became of it.
  const status = state.status === 'DELETED' ? 'DONE' : state.status;
  return { ...state, status, comments: state.comments ?? [], version };
}
