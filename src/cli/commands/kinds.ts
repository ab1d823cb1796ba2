import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Api } from '../api.ts';
import type { Columns } from '../output/format.ts';
import { age } from '../output/table.ts';

/** A kind of resource as the command line lists and shows it. */
interface ListedKind {
  /** Names that it goes by. */
  names: readonly string[];
  list: (
    api: Api,
    filters: { status?: string },
  ) => Promise<{ items: object[]; nextCursor?: string | undefined }>;
  get: (api: Api, id: string) => Promise<object>;
  columns: Columns<never>;
}

/** Pairs what lists a kind with the columns of what it lists. */
function listed<Item extends object>(kind: {
  names: readonly string[];
  list: (
    api: Api,
    filters: { status?: string },
  ) => Promise<{ items: Item[]; nextCursor?: string | undefined }>;
  get: (api: Api, id: string) => Promise<object>;
  columns: Columns<Item>;
}): ListedKind {
  return { ...kind, columns: kind.columns as Columns<never> };
}

const since = (at: string) => age(Date.parse(at), Date.now());
const clock = (at: string) => at.slice(0, 16).replace('T', ' ');

const KINDS: readonly ListedKind[] = [
  listed({
    names: ['sessions', 'session', 's'],
    list: (api, { status }) => api.sessions.list({ query: { limit: 1000, ...(status ? { status } : {}) } }),
    get: (api, id) => api.sessions.get({ params: { id } }),
    columns: {
      ID: ({ id }) => id,
      STATE: ({ status, ending }) => (ending ? `${status} (${ending.outcome})` : status),
      DEFINITION: ({ definition }) => `${definition.name} ${definition.version}`,
      START: ({ timeslot }) => clock(timeslot.start),
      END: ({ timeslot }) => clock(timeslot.end),
      WORKER: ({ workerName }) => workerName,
      RESULT: ({ gradeResult }) => gradeResult,
      WHY: ({ standing }) => standing?.reason?.code,
      AGE: ({ createdAt }) => since(createdAt),
    },
  }),
  listed({
    names: ['workers', 'worker', 'w'],
    list: (api, { status }) => api.workers.list({ query: { limit: 1000, ...(status ? { status } : {}) } }),
    get: (api, id) => api.workers.get({ params: { id } }),
    columns: {
      ID: ({ id }) => id,
      NAME: ({ name }) => name,
      STATE: ({ status }) => status,
      TEMPLATE: ({ template }) => template.name,
      REGION: ({ region }) => region,
      SESSIONS: ({ sessions }) => String(sessions),
      CPU: ({ occupancy }) => `${Math.round(occupancy.cpuCores * 100)}%`,
      LICENCE: ({ licence }) => licence?.authorization,
      'COST USD': ({ costUsd }) => costUsd.toFixed(2),
      AGE: ({ createdAt }) => since(createdAt),
    },
  }),
  listed({
    names: ['definitions', 'definition', 'd'],
    list: (api, { status }) =>
      api.definitions.list({ query: { limit: 1000, ...(status ? { status } : {}) } }),
    get: (api, id) => api.definitions.get({ params: { id } }),
    columns: {
      ID: ({ id }) => id,
      STATE: ({ status }) => status,
      SYNC: ({ sync }) => sync.status,
      NODES: ({ facts }) => String(facts.nodeCount),
      CPU: ({ facts }) => String(facts.need.cpuCores),
      'MEMORY GB': ({ facts }) => String(facts.need.memoryGb),
      GRADED: ({ spec }) => (spec.grading?.rubric ? 'yes' : 'no'),
      AGE: ({ createdAt }) => since(createdAt),
    },
  }),
  listed({
    names: ['worker-templates', 'worker-template', 'templates', 'template', 'wt'],
    list: (api) => api.workerTemplates.list({ query: { limit: 1000 } }),
    get: (api, id) => api.workerTemplates.get({ params: { id } }),
    columns: {
      NAME: ({ name }) => name,
      TYPE: ({ instanceType }) => instanceType,
      VIRTUALIZATION: ({ virtualization }) => virtualization,
      CPU: ({ cpuCores }) => String(cpuCores),
      'MEMORY GB': ({ memoryGb }) => String(memoryGb),
      LICENCE: ({ licenceType }) => licenceType,
      'USD/H': ({ costPerHourUsd }) => costPerHourUsd.toFixed(2),
      ENABLED: ({ enabled }) => (enabled ? 'yes' : 'no'),
    },
  }),
  listed({
    names: ['lab-records', 'lab-record', 'labs', 'lab', 'l'],
    list: (api, { status }) => api.labRecords.list({ query: { limit: 1000, ...(status ? { status } : {}) } }),
    get: (api, id) => api.labRecords.get({ params: { id } }),
    columns: {
      ID: ({ id }) => id,
      STATE: ({ status }) => status,
      TITLE: ({ title }) => title,
      WORKER: ({ workerId }) => workerId,
      SESSION: ({ boundTo }) => boundTo,
      SOURCE: ({ source }) => source,
      AGE: ({ createdAt }) => since(createdAt),
    },
  }),
  listed({
    names: ['score-reports', 'score-report', 'reports', 'report', 'r'],
    list: (api) => api.scoreReports.list({ query: { limit: 1000 } }),
    get: (api, id) => api.scoreReports.get({ params: { id } }),
    columns: {
      ID: ({ id }) => id,
      SESSION: ({ sessionId }) => sessionId,
      DEFINITION: ({ definitionId }) => definitionId,
      SCORE: ({ score, maxScore }) => `${score}/${maxScore}`,
      RESULT: ({ passed }) => (passed ? 'PASS' : 'FAIL'),
      SUBMITTED: ({ submittedAt }) => clock(submittedAt),
    },
  }),
  listed({
    names: ['tasks', 'task', 't'],
    list: (api) => api.tasks.list({ query: { limit: 1000 } }),
    get: (api, id) => api.tasks.get({ params: { id } }),
    columns: {
      ID: ({ id }) => id,
      STATE: ({ status }) => status,
      PRIORITY: ({ priority }) => priority,
      ASSIGNEE: ({ assignee }) => assignee ?? '',
      TITLE: ({ title }) => title,
      ABOUT: ({ about }) => (about ? `${about.kind} ${about.id}` : ''),
      AGE: ({ createdAt }) => since(createdAt),
    },
  }),
];

/** The first name of every kind, for help texts. */
export const KIND_NAMES: readonly string[] = KINDS.map(({ names }) => names[0] ?? '');

/** The kind of that name. @throws Refusal `invalid` that lists those there are */
export function kindNamed(name: string): ListedKind {
  const kind = KINDS.find(({ names }) => names.includes(name.toLowerCase()));
  if (kind) return kind;
  throw new Refusal('invalid', `there is no kind ${name}; those there are: ${KIND_NAMES.join(', ')}`);
}
