import { describe, expect, it } from 'vitest';
import { minute, simulate } from './cloud.fixture.ts';

const lds = { authorization: `Basic ${Buffer.from('lcm:lcm').toString('base64')}` };

/** A lab with running devices, and an LDS session whose candidate is sent to one of them. */
async function withRunningLab() {
  const simulated = await simulate();
  const { clock, cloud, cml, runWithLab } = simulated;
  const { id, token, lab } = await runWithLab();
  await cml(id, 'POST', '/licensing/registration', token, { token: 'good-token', reregister: false });
  await clock.advance(minute);
  expect((await cml(id, 'PUT', `/labs/${lab}/start`, token)).status).toBeLessThan(300);
  await clock.advance(10 * minute);
  const { app } = cloud;
  const reservation = await app.inject({
    method: 'POST',
    url: '/lds/reservations/v3/lab_session',
    headers: lds,
    payload: {
      origin: 'test',
      auth_id: 'c-1',
      candidate_id: 'c-1',
      scheduled_date: '2026-01-01T00:00:00Z',
      session_parts: [{ repository_type: 'minio', form_qualified_name: 'exam/lab/form' }],
    },
  });
  const session: string = reservation.json().id;
  const sendTo = (host: string) =>
    app.inject({
      method: 'PUT',
      url: `/lds/reservations/v3/lab_session/${session}/part/1/devices`,
      headers: lds,
      payload: [{ device_label: 'a', protocol: 'telnet', host, port: 2001 }],
    });
  const configuration = `/lds/sim/sessions/${session}/devices/a/configuration`;
  return { ...simulated, app, id, token, lab, session, sendTo, configuration };
}

describe('a candidate at the simulated LDS', () => {
  it('edits a device that runs on a simulated CML server', async () => {
    const { app, cloud, cml, id, token, lab, session, sendTo, configuration } = await withRunningLab();
    expect((await sendTo(cloud.instances.find(id)?.publicAddress ?? '')).statusCode).toBe(200);
    await app.inject({ method: 'POST', url: `/lds/sim/sessions/${session}/login` });
    expect((await app.inject(configuration)).json().configuration).toContain('hostname a');
    const payload = { configuration: 'hostname candidate' };
    expect((await app.inject({ method: 'PUT', url: configuration, payload })).statusCode).toBeLessThan(300);

    const nodes = (await cml(id, 'GET', `/labs/${lab}/nodes?data=true`, token)).body;
    const node: string = nodes.find((each: { label: string }) => each.label === 'a').id;
    await cml(id, 'PUT', `/labs/${lab}/nodes/${node}/extract_configuration`, token);
    const extracted = (await cml(id, 'GET', `/labs/${lab}/nodes/${node}`, token)).body;
    expect(JSON.stringify(extracted.configuration)).toContain('hostname candidate');
  });

  it('reaches it at either address of the instance', async () => {
    const { app, cloud, id, session, sendTo, configuration } = await withRunningLab();
    await sendTo(cloud.instances.find(id)?.privateAddress ?? '');
    await app.inject({ method: 'POST', url: `/lds/sim/sessions/${session}/login` });
    expect((await app.inject(configuration)).statusCode).toBe(200);
  });

  it('reaches nothing any more when the instance is gone', async () => {
    const { app, cloud, id, session, sendTo, configuration } = await withRunningLab();
    await sendTo(cloud.instances.find(id)?.publicAddress ?? '');
    await app.inject({ method: 'POST', url: `/lds/sim/sessions/${session}/login` });
    cloud.instances.kill(id);
    expect((await app.inject(configuration)).statusCode).toBeGreaterThanOrEqual(400);
  });
});
