import type { Notice } from '@lcm/core/domain/notification.ts';
import type { Outcome, Session } from '@lcm/core/domain/session-state.ts';
import type { Occasion } from '@lcm/core/domain/subscription.ts';
import type { Task } from '@lcm/core/domain/task.ts';
import type { LoggedEvent } from '@lcm/core/spi/state-store.ts';
import type { Services } from '../services.ts';

/** Something that somebody may want to be told of. */
export interface Happening {
  notice: Notice;
  /** Subscriptions to one of these topics are told. */
  topics: readonly string[];
  /** And those of the person of that name. */
  username?: string;
  /** The subscription that it is about: it is not told of itself. */
  except?: string;
  /** The session that it is about. */
  session?: Session;
}

/** What the event of the log means to people; undefined for most. */
export async function happeningOf(services: Services, event: LoggedEvent): Promise<Happening | undefined> {
  if (event.kind === 'session' && SESSION_EVENTS.has(event.type)) return ofSession(services, event);
  if (event.type === 'task.raised' || event.type === 'task.assigned') return ofTask(services, event);
  return undefined;
}

const SESSION_EVENTS: ReadonlySet<string> = new Set([
  'session.ready',
  'session.running',
  'session.archived',
  'session.expired',
  'session.terminated',
]);

const ENDS: Readonly<Record<Outcome, Occasion>> = {
  completed: 'session.completed',
  cancelled: 'session.cancelled',
  noShow: 'session.missed',
  slotMissed: 'session.missed',
  failed: 'session.failed',
  workerLost: 'session.failed',
  noEvidence: 'session.failed',
  gradingFailed: 'session.failed',
};

const WORDS: Readonly<Record<Occasion, string>> = {
  'session.ready': 'Session is ready',
  'session.started': 'Session has begun',
  'session.completed': 'Session is complete',
  'session.cancelled': 'Session was cancelled',
  'session.missed': 'Session was missed',
  'session.failed': 'Session failed',
  'task.raised': 'Task raised',
  'task.assigned': 'Task is yours',
};

async function ofSession(services: Services, event: LoggedEvent): Promise<Happening | undefined> {
  const session = (await services.store.load<Session>('session', event.id))?.state;
  if (!session) return undefined;
  const occasion = occasionOf(session, event.type);
  if (!occasion) return undefined;
  const { definition, timeslot, ending, ownerKey, department } = session;
  const facts = {
    definition: `${definition.name} ${definition.version}`,
    start: timeslot.start,
    end: timeslot.end,
    ...(ending ? { outcome: ending.outcome } : {}),
  };
  return {
    notice: noticeOf(event, occasion, `${WORDS[occasion]}: ${facts.definition}`, facts),
    topics: [
      sessionTopic(session.id),
      ownTopic(ownerKey),
      definitionTopic(definition.definitionId),
      ...departmentTopics(department),
      ALL_TOPIC,
    ],
    session,
  };
}

function occasionOf(session: Session, type: string): Occasion | undefined {
  if (type === 'session.ready') return 'session.ready';
  if (type === 'session.running') return 'session.started';
  return session.ending && ENDS[session.ending.outcome];
}

async function ofTask(services: Services, event: LoggedEvent): Promise<Happening | undefined> {
  const task = (await services.store.load<Task>('task', event.id))?.state;
  if (!task || task.status === 'DELETED') return undefined;
  const { title, priority, department, assignee, about } = task;
  const facts = { priority, ...(about ? { about: `${about.kind} ${about.id}` } : {}) };
  if (event.type === 'task.raised') {
    const notice = noticeOf(event, 'task.raised', `${WORDS['task.raised']}: ${title}`, facts);
    const topics = [...departmentTopics(department), ALL_TOPIC];
    return { notice, topics, ...(about?.kind === 'subscription' ? { except: about.id } : {}) };
  }
  if (assignee === undefined) return undefined;
  const notice = noticeOf(event, 'task.assigned', `${WORDS['task.assigned']}: ${title}`, facts);
  return { notice, topics: [], username: assignee };
}

function noticeOf(
  { id, kind, seq, at }: LoggedEvent,
  occasion: Occasion,
  title: string,
  facts: Notice['facts'],
): Notice {
  return { id: `${id}:${seq}`, occasion, at, about: { kind, id }, title: title.slice(0, 300), facts };
}

export const ALL_TOPIC = 'all';
export const sessionTopic = (sessionId: string) => `session:${sessionId}`;
export const ownTopic = (ownerKey: string) => `own:${ownerKey}`;
export const departmentTopic = (department: string) => `department:${department}`;
export const definitionTopic = (definitionId: string) => `definition:${definitionId}`;
const departmentTopics = (department: string | undefined) =>
  department ? [departmentTopic(department)] : [];
