import { labDeliverySystem } from '@lcm/adapters/lds/lab-delivery-system.ts';
import { buildLds } from '@lcm/simulator/lds/lds.ts';
import { virtualWorld } from '@lcm/simulator/virtual-world.ts';
import type { InjectOptions } from 'fastify';
import { describe, expect, test } from 'vitest';

const FORM = 'Exam Associate CCNA v1.1 LAB 1.3a';
const slot = { start: '2026-01-01T00:00:00Z', end: '2026-01-01T01:00:00Z' };

function setUp(password = 'pässword') {
  const world = virtualWorld();
  const options = { username: 'lcm', password: 'pässword', publicUrl: 'https://labs.test', eventSinks: [] };
  const app = buildLds(world, options);
  const lds = labDeliverySystem({
    baseUrl: 'http://lds.test/lds/',
    username: 'lcm',
    password,
    clock: world.clock,
    fetch: async (url, init) => {
      const answer = await app.inject({
        method: init.method as NonNullable<InjectOptions['method']>,
        url: url.replace('http://lds.test', ''),
        headers: init.headers as Record<string, string>,
        ...(init.body ? { payload: String(init.body) } : {}),
      });
      return new Response(answer.body, { status: answer.statusCode });
    },
  });
  return { lds, app, world };
}

describe('the client of the Lab Delivery System', () => {
  test('makes a session that is found again by our reference, and others are not', async () => {
    const { lds } = setUp();
    const made = await lds.create({
      reference: 's-1',
      formQualifiedName: FORM,
      candidate: { givenName: 'Ada', familyName: 'Lovelace', externalId: 'c-1' },
      ...slot,
    });
    await lds.create({ reference: 's-2', formQualifiedName: FORM, ...slot });
    expect(made).toMatchObject({ state: 'PENDING', reference: 's-1' });
    expect(await lds.findByReference('s-1')).toEqual([made]);
    expect(await lds.findByReference('s-3')).toEqual([]);
    expect(await lds.get(made.id)).toEqual(made);
    expect(await lds.get('none')).toBeUndefined();
  });

  test('sets devices and gives the URL by which the candidate comes in', async () => {
    const { lds, app } = setUp();
    const { id } = await lds.create({ reference: 's-1', formQualifiedName: FORM, ...slot });
    await lds.setDevices(id, [{ label: 'R1', protocol: 'serial', host: '127.0.0.9', port: 2000 }]);
    expect(await lds.launchUrl(id)).toMatch(/^https:\/\/labs\.test\/lds\/lab\/[0-9a-f]+$/);
    const seen = (await app.inject({ url: `/lds/sim/sessions/${id}` })).json();
    expect(seen.session_parts[0].devices).toEqual([
      { device_label: 'R1', protocol: 'serial', host: '127.0.0.9', port: 2000 },
    ]);
  });

  test('closes access and archives, however often and whether or not the session is there', async () => {
    const { lds, app } = setUp();
    const { id } = await lds.create({ reference: 's-1', formQualifiedName: FORM, ...slot });
    await app.inject({ method: 'POST', url: `/lds/sim/sessions/${id}/login` });
    expect((await lds.get(id))?.state).toBe('RUNNING');
    for (let time = 0; time < 2; time++) await lds.closeAccess(id);
    expect((await lds.get(id))?.state).toBe('USER_FINISHED');
    for (let time = 0; time < 2; time++) await lds.archive(id);
    expect((await lds.get(id))?.state).toBe('ARCHIVED');
    await lds.archive('none');
    await lds.closeAccess('none');
  });

  test('has LDS fetch content', async () => {
    const { lds, world } = setUp();
    await lds.syncContent(FORM);
    expect(world.state.collection<{ version: number }>('ldsFolders').get(FORM)?.version).toBe(1);
  });

  test('says that a login is wrong, and what LDS does not take', async () => {
    await expect(setUp('wrong').lds.findByReference('s-1')).rejects.toMatchObject({ code: 'forbidden' });
    const { lds } = setUp();
    const { id } = await lds.create({ reference: 's-1', formQualifiedName: FORM, ...slot });
    const device = { label: 'R1', protocol: 'serial', host: 'h', port: 2000 };
    await expect(lds.setDevices(id, [device, device])).rejects.toMatchObject({ code: 'rule' });
    await expect(lds.setDevices('none', [])).rejects.toMatchObject({ code: 'notFound' });
  });
});
