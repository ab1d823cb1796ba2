import { describe, expect, it } from 'vitest';
import { ldsFixture } from './lds.fixture.ts';

async function candidate() {
  const fixture = ldsFixture();
  const { id } = await fixture.create();
  await fixture.rest('PUT', `lab_session/${id}/part/1/devices`, [
    { device_label: 'R1 <core>', protocol: 'serial', host: '127.0.0.9', port: 5001 },
    {
      device_label: 'PC',
      protocol: 'vnc',
      host: '127.0.0.9',
      port: 5010,
      username: 'cisco',
      password: 'lab',
    },
  ]);
  const { url } = (await fixture.rest('GET', `lab_session/${id}/lablet_launch_url`)).json();
  const base = new URL(url).pathname;
  return {
    ...fixture,
    id,
    base,
    see: async (path = '') => (await fixture.app.inject(`${base}${path}`)).body,
    press: (path: string, form: Record<string, string> = {}) =>
      fixture.app.inject({
        method: 'POST',
        url: `${base}${path}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams(form).toString(),
      }),
  };
}

const device = `/devices/${encodeURIComponent('R1 <core>')}`;

describe('the candidate page', () => {
  it('greets the candidate and begins the lab when Start is pressed', async () => {
    const { see, press, base, rest, id } = await candidate();
    expect(await see()).toContain('Welcome, Ada Lovelace');
    const pressed = await press('/login');
    expect([pressed.statusCode, pressed.headers.location]).toEqual([303, base]);
    expect((await rest('GET', `lab_session/${id}`)).json().state).toBe('RUNNING');
  });

  it('shows the devices and the time left', async () => {
    const { see, press, world } = await candidate();
    await press('/login');
    await world.clock.advance(15 * 60_000 + 500);
    const page = await see();
    expect(page).toContain('0:45:00');
    expect(page).toContain('127.0.0.9:5010');
    expect(page).toContain('R1 &lt;core&gt;');
    expect(page).not.toContain('R1 <core>');
    expect(JSON.parse(await see('/status'))).toMatchObject({
      state: 'RUNNING',
      mayEdit: true,
      secondsLeft: 2_700,
    });
  });

  it('edits a running configuration, whatever line ends the browser sends', async () => {
    const { see, press, router } = await candidate();
    await press('/login');
    expect(await see(device)).toContain('>\nhostname R1</textarea>');
    const applied = await press(device, { configuration: 'hostname R7\r\nip routing\r\n', mode: 'replace' });
    expect(router.text).toBe('hostname R7\nip routing\n');
    expect(await see(String(applied.headers.location).replace(/^.*(?=\/devices)/, ''))).toContain(
      'is applied',
    );
    const refused = await press(device, { configuration: 'bad', mode: 'merge' });
    expect(refused.statusCode).toBe(422);
    expect(refused.body).toContain('% Invalid input');
  });

  it('asks once before it finishes', async () => {
    const { see, press, rest, id } = await candidate();
    await press('/login');
    expect(await see('/finish')).toContain('Finish your lab?');
    expect((await rest('GET', `lab_session/${id}`)).json().state).toBe('RUNNING');
    await press('/finish');
    expect((await rest('GET', `lab_session/${id}`)).json().state).toBe('USER_FINISHED');
    expect(await see()).toContain('Your lab is finished');
  });

  it('shows and changes nothing once access is closed', async () => {
    const { see, press, rest, id, router, app, base } = await candidate();
    await press('/login');
    await rest('POST', `lab_session/${id}/close_access`, {});
    expect(await see()).not.toContain('127.0.0.9');
    expect((await app.inject(`${base}${device}`)).statusCode).toBe(303);
    expect((await press(device, { configuration: 'hostname Y' })).statusCode).toBe(409);
    expect(router.text).toBe('hostname R1');
  });

  it('tells a stranger nothing', async () => {
    const { app } = await candidate();
    const page = await app.inject('/lds/lab/00000000000000000000000000000000');
    expect(page.statusCode).toBe(404);
    expect(page.headers['content-type']).toContain('text/html');
  });
});
