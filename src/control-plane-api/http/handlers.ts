import type { contract } from '@lcm/core/api/contract.ts';
import type { Kind } from '@lcm/core/domain/kinds.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { SESSION_STATUSES } from '@lcm/core/domain/session-state.ts';
import { iso } from '@lcm/core/domain/time.ts';
import { WORKER_STATUSES } from '@lcm/core/domain/worker-state.ts';
import { resultsVisibleTo } from '../auth/session-access.ts';
import { loadExisting } from '../queries/load.ts';
import { accountHandlers } from '../auth/accounts/account-handlers.ts';
import { MetricsSeries } from '../queries/metrics-series.ts';
import type { Services } from '../services.ts';
import { accessTokenHandlers } from './access-token-handlers.ts';
import { definitionHandlers } from './definition-handlers.ts';
import type { Handlers } from './handler.ts';
import { internalHandlers } from './internal-handlers.ts';
import { listOf, NEWEST, turned, withVersion } from './lists.ts';
import { sessionHandlers } from './session-handlers.ts';
import { settingsHandlers } from './settings-handlers.ts';
import { taskHandlers } from './task-handlers.ts';
import { workerHandlers, workerTemplateHandlers } from './worker-handlers.ts';

/** What answers each endpoint of the contract. */
export function allHandlers(services: Services): Handlers<typeof contract> {
  const metrics = new MetricsSeries();
  return {
    definitions: definitionHandlers(services),
    sessions: sessionHandlers(services),
    workers: workerHandlers(services, metrics),
    workerTemplates: workerTemplateHandlers(services),
    labRecords: labRecordHandlers(services),
    scoreReports: scoreReportHandlers(services),
    tasks: taskHandlers(services),
    plainTasks: taskHandlers(services),
    accessTokens: accessTokenHandlers(services),
    settings: settingsHandlers(services),
    system: systemHandlers(services),
    accounts: accountHandlers(services),
    internal: internalHandlers(services, metrics),
  };
}

function labRecordHandlers(services: Services): Handlers<(typeof contract)['labRecords']> {
  return {
    list: async ({ query }) => {
      const fields = { status: 'status', workerId: 'workerId', definitionId: 'definitionId' };
      const page = await listOf(services, 'lab-record', query, fields, NEWEST);
      return turned(page, page.items.map(withVersion));
    },
    get: async ({ params }) => withVersion(await loadExisting(services.store, 'lab-record', params.id)),
  };
}

function scoreReportHandlers(services: Services): Handlers<(typeof contract)['scoreReports']> {
  return {
    list: async ({ query, caller }) => {
      const fields = { sessionId: 'sessionId', definitionId: 'definitionId' };
      const sort = { field: 'submittedAt', direction: 'desc' as const };
      const page = await listOf(services, 'score-report', query, fields, sort, resultsVisibleTo(caller));
      return turned(
        page,
        page.items.map(({ state }) => state),
      );
    },
    get: async ({ params, caller }) => {
      const { state } = await loadExisting(services.store, 'score-report', params.id);
      const { ownerKey = state.ownerKey } = resultsVisibleTo(caller);
      if (state.ownerKey === ownerKey) return state;
      throw new Refusal('notFound', `there is no score report ${params.id}`);
    },
  };
}

function systemHandlers(services: Services): Handlers<(typeof contract)['system']> {
  return {
    whoAmI: async ({ caller }) => ({
      subject: caller.subject,
      username: caller.username,
      roles: [...caller.roles],
      ...(caller.department ? { department: caller.department } : {}),
    }),
    status: async () => ({
      version: services.version,
      now: iso(services.clock.now()),
      sessions: await countBy(services, 'session', SESSION_STATUSES),
      workers: await countBy(services, 'worker', WORKER_STATUSES),
      openTasks: await services.store.count('task', { status: ['OPEN', 'IN_PROGRESS'] }),
    }),
  };
}

async function countBy(
  services: Services,
  kind: Kind,
  statuses: readonly string[],
): Promise<Record<string, number>> {
  const counts = await Promise.all(
    statuses.map(async (status) => [status, await services.store.count(kind, { status })] as const),
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
