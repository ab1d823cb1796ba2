import { beforeEach, expect, test } from 'vitest';
import { type SimulatedCml, simulatedCml, twoRouters } from '../simulated-cml.fixture.ts';

let cml: SimulatedCml;
beforeEach(async () => {
  cml = await simulatedCml();
});

test('a user is made, found by name, changed and deleted', async () => {
  const ann = (await cml.call('POST', 'users', { username: 'ann', password: 'pw', fullname: 'Ann' })).body;
  expect(ann).toMatchObject({ username: 'ann', fullname: 'Ann', admin: false, groups: [] });
  expect(JSON.stringify(ann)).not.toContain('passwordHash');
  expect((await cml.call('GET', 'users/ann/id')).body).toBe(ann.id);
  expect((await cml.call('POST', 'users', { username: 'ann', password: 'pw' })).status).toBe(400);
  expect((await cml.call('PATCH', `users/${ann.id}`, { fullname: 'Ann B.' })).body.fullname).toBe('Ann B.');
  expect((await cml.call('DELETE', `users/${ann.id}`)).status).toBe(204);
  expect((await cml.call('GET', `users/${ann.id}`)).body.description).toBe(`User not found: ${ann.id}`);
});

test('users change their own password with the old one, and nobody else’s', async () => {
  const ann = (await cml.call('POST', 'users', { username: 'ann', password: 'old' })).body;
  const admin = (await cml.call('GET', 'users/admin/id')).body;
  await cml.logIn('ann', 'old');
  const change = (id: string, old_password: string) =>
    cml.call('PATCH', `users/${id}`, { password: { old_password, new_password: 'new' } });
  expect((await change(ann.id, 'guess')).status).toBe(403);
  expect((await change(admin, 'admin')).status).toBe(403);
  expect((await change(ann.id, 'old')).status).toBe(200);
  await cml.logIn('ann', 'new');
  expect((await cml.call('GET', 'authok')).body).toBe('OK');
  expect((await cml.call('PATCH', `users/${ann.id}`, { admin: true })).status).toBe(403);
});

test('groups and users keep each other in step', async () => {
  const ann = (await cml.call('POST', 'users', { username: 'ann', password: 'pw' })).body;
  const group = (await cml.call('POST', 'groups', { name: 'students', members: [ann.id] })).body;
  expect((await cml.call('GET', `users/${ann.id}`)).body.groups).toEqual([group.id]);
  expect((await cml.call('GET', 'groups/students/id')).body).toBe(group.id);
  await cml.call('PATCH', `users/${ann.id}`, { groups: [] });
  expect((await cml.call('GET', `groups/${group.id}/members`)).body).toEqual([]);
  await cml.call('PATCH', `groups/${group.id}`, { members: [ann.id], name: 'pupils' });
  expect((await cml.call('GET', `users/${ann.id}/groups`)).body).toEqual([group.id]);
  expect((await cml.call('POST', 'groups', { name: 'pupils' })).status).toBe(400);
  expect((await cml.call('DELETE', `groups/${group.id}`)).status).toBe(204);
  expect((await cml.call('GET', `users/${ann.id}`)).body.groups).toEqual([]);
});

test('a resource pool counts what its users run', async () => {
  const admin = (await cml.call('GET', 'users/admin/id')).body;
  const pool = (
    await cml.call('POST', 'resource_pools', { label: 'p', licenses: 9, ram: 4096, users: [admin] })
  ).body;
  expect(pool).toMatchObject({ label: 'p', licenses: 9, users: [admin] });
  expect((await cml.call('GET', 'resource_pools')).body).toEqual([pool.id]);
  const id = await cml.import(twoRouters);
  expect((await cml.call('GET', `labs/${id}/resource_pools`)).body).toEqual([pool.id]);
  await cml.license();
  await cml.call('PUT', `labs/${id}/start`);
  const { limit, usage } = (await cml.call('GET', `resource_pool_usage/${pool.id}`)).body;
  expect(limit).toEqual({ licenses: 9, cpus: null, ram: 4096, disk_space: null, external_connectors: null });
  expect(usage).toMatchObject({ licenses: 2, cpus: 200, ram: 1536 });
  expect((await cml.call('DELETE', `resource_pools/${pool.id}`)).status).toBe(204);
  expect((await cml.call('GET', `users/${admin}`)).body.resource_pool).toBeNull();
});

test('a pool that is not shared makes a template and one pool a user', async () => {
  const ann = (await cml.call('POST', 'users', { username: 'ann', password: 'pw' })).body;
  const bob = (await cml.call('POST', 'users', { username: 'bob', password: 'pw' })).body;
  const made = (
    await cml.call('POST', 'resource_pools', {
      label: 'pod',
      licenses: 2,
      users: [ann.id, bob.id],
      shared: false,
    })
  ).body;
  expect(made).toHaveLength(3);
  const template = (await cml.call('GET', `resource_pools/${made[0].id}`)).body;
  expect(template.user_pools).toEqual([made[1].id, made[2].id]);
  expect((await cml.call('DELETE', `resource_pools/${template.id}`)).status).toBe(400);
  const usage = (await cml.call('GET', `resource_pool_usage/${made[1].id}`)).body;
  expect(usage.limit.licenses).toBe(2);
});
