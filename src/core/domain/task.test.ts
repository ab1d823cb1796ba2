import { expect, it } from 'vitest';
import { z } from 'zod';
import type { Bare } from './decider.ts';
import { taskId } from './ids.ts';
import { given, type Wish } from './scenario.fixture.ts';
import { type TaskCommand, type TaskEvent, task, taskDecider } from './task.ts';

const what = {
  id: taskId.parse('t-1'),
  title: 'Session s-1 failed',
  description: 'its lab could not be built',
  priority: 'high' as const,
  about: { kind: 'session', id: 's-1' },
  department: 'exams',
};
const raised: Bare<TaskEvent> = { type: 'task.raised', ...what };
const assigned: Bare<TaskEvent> = { type: 'task.assigned', assignee: 'ann' };
const closed: Bare<TaskEvent> = { type: 'task.closed' };
const when = (history: readonly Bare<TaskEvent>[], wish: Wish<TaskCommand>) =>
  given(taskDecider, history).when(wish);

it('a task is raised once', () => {
  const answer = when([], { type: 'raise', ...what });
  expect(task.parse(answer.state())).toMatchObject({
    status: 'OPEN',
    createdBy: 'tester',
    about: what.about,
  });
  when([raised, assigned], { type: 'raise', ...what }).happens();
});

it('nothing of a command is kept but what a task has', () => {
  const more = { eventId: 'e-1', reason: 'asked to' };
  const state = when([], { type: 'raise', ...what, ...more }).state();
  expect(z.strictObject(task.shape).safeParse(state).error).toBeUndefined();
});

it('a task is in progress from the one to whom it was assigned', () => {
  expect(when([raised], { type: 'assign', assignee: 'ann' }).state()).toMatchObject({
    status: 'IN_PROGRESS',
    assignee: 'ann',
  });
  when([raised, assigned], { type: 'assign', assignee: 'ann' }).happens();
  expect(when([raised, assigned], { type: 'assign', assignee: 'bob' }).state().assignee).toBe('bob');
});

it('a task is closed once', () => {
  expect(when([raised, assigned], { type: 'close' }).state()).toMatchObject({
    status: 'DONE',
    assignee: 'ann',
  });
  when([raised, closed], { type: 'close' }).happens();
});

it('what was never raised is not there', () => {
  when([], { type: 'close' }).isRefused('notFound');
});

it('a task is put right, and what stays as it is makes nothing happen', () => {
  const changes = { title: 'Session s-1 was lost', department: null, dueAt: '2030-01-02T00:00:00.000Z' };
  const after = when([raised], { type: 'update', changes }).state();
  expect(task.parse(after)).toMatchObject({ title: changes.title, dueAt: changes.dueAt, priority: 'high' });
  expect(after).not.toHaveProperty('department');
  when([raised], { type: 'update', changes: { title: what.title, dueAt: null } }).happens();
});

it('a comment is added once, with who made it', () => {
  const commented: Bare<TaskEvent> = { type: 'task.commented', id: 'c-1', text: 'looked at it' };
  const after = when([raised], { type: 'comment', id: 'c-1', text: 'looked at it' }).state();
  expect(after.comments).toMatchObject([{ id: 'c-1', text: 'looked at it', by: 'tester' }]);
  when([raised, commented], { type: 'comment', id: 'c-1', text: 'looked at it' }).happens();
});

it('a task is open again when nobody has it', () => {
  const after = when([raised, assigned], { type: 'assign', assignee: null }).state();
  expect([after.status, after.assignee]).toEqual(['OPEN', undefined]);
});

it('what is done is assigned to nobody', () => {
  when([raised, closed], { type: 'assign', assignee: 'ann' }).isRefused('conflict');
});

it('a task that the system waits for is closed before it is deleted', () => {
  when([raised], { type: 'delete' }).isRefused('conflict');
  const after = when([raised, closed], { type: 'delete' }).state();
  expect(task.parse(after)).toMatchObject({ status: 'DELETED', description: '' });
  expect(when([{ ...raised, byHand: true }], { type: 'delete' }).state().status).toBe('DELETED');
});

it('what was deleted is not there, and not raised again', () => {
  const deleted: Bare<TaskEvent> = { type: 'task.deleted' };
  when([raised, closed, deleted], { type: 'close' }).isRefused('notFound');
  when([raised, closed, deleted], { type: 'raise', ...what }).happens();
});
