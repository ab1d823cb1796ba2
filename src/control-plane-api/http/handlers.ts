import type { contract } from '@lcm/core/api/contract.ts';
import { SESSION_STATUSES } from '@lcm/core/domain/session-state.ts';
import { iso } from '@lcm/core/domain/time.ts';
import { WORKER_STATUSES } from '@lcm/core/domain/worker-state.ts';
import type { VisibleKind } from '../auth/access-rules.ts';
import { accountHandlers } from '../auth/accounts/account-handlers.ts';
import { serviceAccountHandlers } from '../auth/accounts/service-account-handlers.ts';
import type { Caller } from '../auth/caller.ts';
import { loginHandlers } from '../auth/login/login-handlers.ts';
import { MetricsSeries } from '../queries/metrics-series.ts';
import { countVisible, loadVisible } from '../queries/visible.ts';
import type { Services } from '../services.ts';
import { accessTokenHandlers } from './access-token-handlers.ts';
import { auditHandlers } from './audit-handlers.ts';
import { definitionHandlers } from './definition-handlers.ts';
import type { Handlers } from './handler.ts';
import { internalHandlers } from './internal-handlers.ts';
import { listOf, NEWEST, turned, withVersion } from './lists.ts';
import { notificationHandlers } from './notification-handlers.ts';
import { sessionBatchHandlers } from './session-batch-handlers.ts';
import { sessionHandlers } from './session-handlers.ts';
import { settingsHandlers } from './settings-handlers.ts';
import { taskHandlers } from './task-handlers.ts';
import { workerHandlers, workerTemplateHandlers } from './worker-handlers.ts';

/** What answers each endpoint of the contract. */
export function allHandlers(services: Services): Handlers<typeof contract> {
  const metrics = new MetricsSeries();
  const sessions = sessionHandlers(services);
  return {
    definitions: definitionHandlers(services),
    sessions,
    sessionBatches: sessionBatchHandlers(services, sessions),
    workers: workerHandlers(services, metrics),
    workerTemplates: workerTemplateHandlers(services),
    labRecords: labRecordHandlers(services),
    scoreReports: scoreReportHandlers(services),
    tasks: taskHandlers(services),
    plainTasks: taskHandlers(services),
    notifications: notificationHandlers(services),
    accessTokens: accessTokenHandlers(services),
    audit: auditHandlers(services),
    settings: settingsHandlers(services),
    system: systemHandlers(services),
    auth: loginHandlers(services),
    accounts: accountHandlers(services),
    serviceAccounts: serviceAccountHandlers(services),
    internal: internalHandlers(services, metrics),
  };
}

function labRecordHandlers(services: Services): Handlers<(typeof contract)['labRecords']> {
  return {
    list: async ({ query, caller }) => {
      const fields = { status: 'status', workerId: 'workerId', definitionId: 'definitionId' };
      const page = await listOf(services, caller, 'lab-record', query, fields, NEWEST);
      return turned(page, page.items.map(withVersion));
    },
    get: async ({ params, caller }) =>
      withVersion(await loadVisible(services, 'lab-record', params.id, caller)),
  };
}

function scoreReportHandlers(services: Services): Handlers<(typeof contract)['scoreReports']> {
  return {
    list: async ({ query, caller }) => {
      const fields = { sessionId: 'sessionId', definitionId: 'definitionId' };
      const sort = { field: 'submittedAt', direction: 'desc' as const };
      const page = await listOf(services, caller, 'score-report', query, fields, sort);
      return turned(
        page,
        page.items.map(({ state }) => state),
      );
    },
    get: async ({ params, caller }) => (await loadVisible(services, 'score-report', params.id, caller)).state,
  };
}

function systemHandlers(services: Services): Handlers<(typeof contract)['system']> {
  return {
    status: async ({ caller }) => ({
      version: services.version,
      now: iso(services.clock.now()),
      sessions: await countBy(services, caller, 'session', SESSION_STATUSES),
      workers: await countBy(services, caller, 'worker', WORKER_STATUSES),
      openTasks: await countVisible(services, 'task', { status: ['OPEN', 'IN_PROGRESS'] }, caller),
    }),
  };
}

async function countBy(
  services: Services,
  caller: Caller,
  kind: VisibleKind,
  statuses: readonly string[],
): Promise<Record<string, number>> {
  const counts = await Promise.all(
    statuses.map(async (status) => [status, await countVisible(services, kind, { status }, caller)] as const),
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
