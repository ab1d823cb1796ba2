import { accessTokens } from './access-tokens.ts';
import { accounts } from './accounts.ts';
import { audit } from './audit.ts';
import { auth } from './auth.ts';
import { definitions } from './definitions.ts';
import { internal } from './internal.ts';
import { labRecords } from './lab-records.ts';
import { notifications } from './notifications.ts';
import { scoreReports } from './score-reports.ts';
import { serviceAccounts } from './service-accounts.ts';
import { sessionBatches } from './session-batches.ts';
import { sessions } from './sessions.ts';
import { settings } from './settings.ts';
import { system } from './system.ts';
import { plainTasks, tasks } from './tasks.ts';
import { workerTemplates } from './worker-templates.ts';
import { workers } from './workers.ts';

/** What people and integrators may call. */
export const publicContract = {
  definitions,
  sessions,
  sessionBatches,
  workers,
  workerTemplates,
  labRecords,
  scoreReports,
  tasks,
  plainTasks,
  notifications,
  accessTokens,
  audit,
  settings,
  system,
  auth,
  accounts,
  serviceAccounts,
};

/** All operations, by resource. */
export const contract = { ...publicContract, internal };
