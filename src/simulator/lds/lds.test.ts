import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { virtualWorld } from '../virtual-world.ts';
import { authorization, ldsFixture, reservation } from './lds.fixture.ts';

describe('reservations', () => {
  it('want the right user name and password', async () => {
    const { app } = ldsFixture();
    const url = '/lds/reservations/v3/lab_session';
    const wrong = await app.inject({ url, headers: { authorization: 'Basic d3Jvbmc6d3Jvbmc=' } });
    expect(wrong.statusCode).toBe(401);
    expect(wrong.headers['www-authenticate']).toContain('Basic');
    expect((await app.inject({ url, headers: { authorization } })).statusCode).toBe(200);
  });

  it('make a PENDING session with its parts, and an EMPTY one without', async () => {
    const { create, rest } = ldsFixture();
    const session = await create();
    expect(session).toMatchObject({ state: 'PENDING', candidate_reference: 'session-1' });
    expect(session.session_parts).toMatchObject([{ number: 1, devices: [] }]);

    const empty = await create({ session_parts: [] });
    expect(empty.state).toBe('EMPTY');
    const filled = await rest('POST', `lab_session/${empty.id}/part`, reservation.session_parts[0]);
    expect(filled.json()).toMatchObject({ state: 'PENDING', session_parts: [{ number: 1 }] });
  });

  it('are not idempotent, but all that were made for a reference can be found', async () => {
    const { create, rest } = ldsFixture();
    const [one, two] = [await create(), await create()];
    await create({ candidate_reference: 'session-2' });
    expect(one.id).not.toBe(two.id);
    const found = await rest('GET', 'lab_session?reference=session-1');
    expect(found.json().map(({ id }: { id: string }) => id)).toEqual([one.id, two.id]);
    expect((await rest('GET', 'lab_session?reference=nobody')).json()).toEqual([]);
    expect((await rest('GET', 'lab_session?state=archived')).json()).toEqual([]);
  });

  it('say what is wrong with a request', async () => {
    const { rest } = ldsFixture();
    const bad = await rest('POST', 'lab_session', { ...reservation, scheduled_date: 'tomorrow' });
    expect(bad.statusCode).toBe(400);
    expect(bad.json()).toMatchObject({
      error: 'invalid_request',
      message: expect.stringContaining('scheduled_date'),
    });
    expect((await rest('GET', 'lab_session/unknown')).statusCode).toBe(404);
  });

  it('take all devices of a part at once and show no passwords', async () => {
    const { create, rest } = ldsFixture();
    const { id } = await create();
    const device = {
      device_label: 'R1',
      protocol: 'serial',
      host: '127.0.0.9',
      port: 5001,
      password: 'secret',
    };
    const path = `lab_session/${id}/part/1/devices`;
    await rest('PUT', path, [device, { ...device, device_label: 'R2' }]);
    await rest('PUT', path, [{ ...device, device_label: 'R3' }]);
    const shown = (await rest('GET', `lab_session/${id}`)).body;
    expect(shown).toContain('R3');
    expect(shown).not.toContain('R1');
    expect(shown).not.toContain('secret');

    const double = await rest('PUT', path, [device, device]);
    expect(double.statusCode).toBe(400);
    expect(double.json().message).toContain('R1');
    expect((await rest('PUT', `lab_session/${id}/part/2/devices`, [device])).statusCode).toBe(404);
  });

  it('give the launch URL under the public address', async () => {
    const { create, rest, app } = ldsFixture();
    const { id } = await create();
    const { url } = (await rest('GET', `lab_session/${id}/lablet_launch_url`)).json();
    expect(url).toMatch(/^https:\/\/labs\.test\/lds\/lab\/[0-9a-f]{32}$/);
    expect((await app.inject(new URL(url).pathname)).statusCode).toBe(200);
  });

  it('are released once and for all, with a body', async () => {
    const { create, rest, world } = ldsFixture();
    const { id } = await create();
    expect(world.ledger.openEntries('ldsSession')).toHaveLength(1);
    expect((await rest('POST', `lab_session/${id}/release`)).statusCode).toBe(415);
    for (let times = 0; times < 2; times++) {
      const released = await rest('POST', `lab_session/${id}/release`, {});
      expect(released.statusCode).toBe(200);
      expect(released.json().state).toBe('ARCHIVED');
    }
    expect(world.ledger.openEntries('ldsSession')).toEqual([]);
    expect((await rest('PUT', `lab_session/${id}/part/1/devices`, [])).statusCode).toBe(409);
  });

  it('count the versions of a content folder', async () => {
    const { rest } = ldsFixture();
    const path = `lab_folder/minio/${encodeURIComponent('Exam Associate CCNA v1.1 LAB 1.3a')}`;
    expect((await rest('PUT', path)).json()).toEqual({ Version: '1' });
    expect((await rest('PUT', path)).json()).toEqual({ Version: '2' });
  });

  it('survive a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lds-'));
    const first = ldsFixture({ world: virtualWorld(join(folder, 'state.sqlite')) });
    const { id } = await first.create();
    await first.sim('POST', id, 'login');
    await first.app.close();
    first.world.state.close();

    const second = ldsFixture({ world: virtualWorld(join(folder, 'state.sqlite')) });
    const later = await second.create();
    const found = (await second.rest('GET', 'lab_session?reference=session-1')).json();
    expect(found).toMatchObject([
      { id, state: 'RUNNING' },
      { id: later.id, state: 'PENDING' },
    ]);
    expect(later.id).not.toBe(id);
    await second.app.close();
    second.world.state.close();
    rmSync(folder, { recursive: true });
  });
});

describe('a session under way', () => {
  it('tells of its start, pause, resumption and end, each once', async () => {
    const { create, sim, events, world } = ldsFixture();
    const { id } = await create();
    for (const action of ['login', 'login', 'pause', 'resume', 'finish', 'finish']) {
      expect((await sim('POST', id, action)).statusCode).toBe(200);
    }
    await world.clock.advance(1_000);

    expect(events.map(({ type }) => type)).toEqual([
      'io.lablet.lds.session.running.v1',
      'io.lablet.lds.session.paused.v1',
      'io.lablet.lds.session.resumed.v1',
      'io.lablet.lds.session.ended.v1',
    ]);
    expect(new Set(events.map((event) => event.id)).size).toBe(4);
    expect(events[0]).toMatchObject({
      source: 'https://labs.lcm.io',
      data: {
        session_id: id,
        reference: 'session-1',
        user_id: 'cand-7',
        started_at: '2026-01-01T00:00:00.000Z',
      },
    });
    expect(events[3]?.data).toMatchObject({
      reason: 'candidate_finished',
      ended_at: '2026-01-01T00:00:00.000Z',
    });
  });

  it('refuses steps that its state does not know', async () => {
    const { create, sim } = ldsFixture();
    const { id } = await create();
    for (const action of ['pause', 'resume', 'finish']) {
      const refused = await sim('POST', id, action);
      expect(refused.statusCode).toBe(409);
    }
    await sim('POST', id, 'login');
    await sim('POST', id, 'pause');
    expect((await sim('POST', id, 'login')).json().error).toBe('paused');
  });

  it('lets the candidate edit devices until access is closed', async () => {
    const { create, rest, sim, router, events, world } = ldsFixture();
    const { id } = await create();
    await rest('PUT', `lab_session/${id}/part/1/devices`, [
      { device_label: 'R1', protocol: 'serial', host: '127.0.0.9', port: 5001 },
      { device_label: 'R2', protocol: 'serial', host: '127.0.0.9', port: 5002 },
    ]);
    const path = 'devices/R1/configuration';
    expect((await sim('GET', id, path)).statusCode).toBe(409);

    await sim('POST', id, 'login');
    expect((await sim('GET', id, path)).json()).toEqual({ configuration: 'hostname R1' });
    await sim('PUT', id, path, { configuration: 'ip routing', mode: 'merge' });
    expect(router.text).toBe('hostname R1\nip routing');
    await sim('PUT', id, path, { configuration: 'hostname X', mode: 'replace' });
    expect(router.text).toBe('hostname X');
    expect((await sim('PUT', id, path, { configuration: 'bad' })).statusCode).toBe(422);
    expect((await sim('GET', id, 'devices/R2/configuration')).statusCode).toBe(502);
    expect((await sim('GET', id, 'devices/R9/configuration')).statusCode).toBe(404);

    for (let times = 0; times < 2; times++) {
      const closed = await rest('POST', `lab_session/${id}/close_access`);
      expect(closed.json()).toMatchObject({ state: 'USER_FINISHED', access_closed: true });
    }
    expect((await sim('PUT', id, path, { configuration: 'hostname Y', mode: 'replace' })).statusCode).toBe(
      409,
    );
    expect(router.text).toBe('hostname X');
    await world.clock.advance(1_000);
    expect(events.map(({ data }) => data['reason'])).toEqual([undefined, 'access_closed']);
  });

  it('cannot begin once access was closed', async () => {
    const { create, rest, sim, events, world } = ldsFixture();
    const { id } = await create();
    const closed = await rest('POST', `lab_session/${id}/close_access`, {});
    expect(closed.json()).toMatchObject({ state: 'PENDING', access_closed: true });
    expect((await sim('POST', id, 'login')).statusCode).toBe(409);
    await world.clock.advance(1_000);
    expect(events).toEqual([]);
  });

  it('is said to have ended when it is released while the candidate works', async () => {
    const { create, rest, sim, events, world } = ldsFixture();
    const { id } = await create();
    await sim('POST', id, 'login');
    await rest('POST', `lab_session/${id}/release`, {});
    await world.clock.advance(1_000);
    expect(events.at(-1)).toMatchObject({
      type: 'io.lablet.lds.session.ended.v1',
      data: { reason: 'released' },
    });
  });
});
