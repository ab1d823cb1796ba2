import { describe, expect, it } from 'vitest';
import { minute, simulate } from './cloud.fixture.ts';

describe('the simulated cloud on virtual time', () => {
  it('takes as long to a ready CML server as the delays say', async () => {
    const { clock, run, cml } = await simulate();
    const id = await run();
    await clock.advance(3 * minute - 1);
    expect((await cml(id, 'GET', '/system_information')).status).toBe(0);
    await clock.advance(1);
    expect((await cml(id, 'GET', '/system_information')).body).toMatchObject({ ready: false });
    expect((await cml(id, 'POST', '/authenticate', '', {})).status).toBe(502);
    await clock.advance(12 * minute);
    expect((await cml(id, 'GET', '/system_information')).body).toMatchObject({
      ready: true,
      version: '2.9.1+build.7',
    });
  });

  it('runs the CML of the image, and none where the image has none', async () => {
    const { clock, cloud, run, cml } = await simulate();
    const older = await run('cisco-cml2.8.1-lablet-v0.1.6');
    const plain = await run('ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20251212');
    await clock.advance(15 * minute);
    expect((await cml(older, 'GET', '/system_information')).body.version).toBe('2.8.1+build.14');
    expect(cloud.hosts.server(plain)).toBeUndefined();
  });

  it('keeps the labs of an instance over stop and start', async () => {
    const { clock, ec2, cml, logIn, runWithLab } = await simulate();
    const { id, lab } = await runWithLab();
    await ec2({ Action: 'StopInstances', 'InstanceId.1': id });
    expect((await cml(id, 'GET', '/system_information')).status).toBe(0);
    await clock.advance(minute);
    await ec2({ Action: 'StartInstances', 'InstanceId.1': id });
    await clock.advance(15 * minute);
    expect((await cml(id, 'GET', '/labs', await logIn(id))).body).toEqual([lab]);
  });

  it('has nothing left of a terminated instance, except what CML did not give back', async () => {
    const { clock, world, ec2, cml, runWithLab, open, problems } = await simulate();
    const { id, token } = await runWithLab();
    const registration = { token: 'good-token', reregister: false };
    expect((await cml(id, 'POST', '/licensing/registration', token, registration)).status).toBe(204);
    await clock.advance(minute);
    expect(open().toSorted()).toEqual(['instance', 'lab', 'licenceSeat']);
    await ec2({ Action: 'TerminateInstances', 'InstanceId.1': id });
    await clock.advance(minute);
    expect(world.ledger.openEntries()).toMatchObject([{ kind: 'licenceSeat', id }]);
    expect(problems).toEqual([]);
  });

  it('ends the labs of an instance that dies by itself, at once', async () => {
    const { cloud, runWithLab, open } = await simulate();
    const { id } = await runWithLab();
    cloud.instances.kill(id);
    expect(open()).toEqual([]);
    expect(cloud.hosts.server(id)).toBeUndefined();
  });

  it('switches off, late but surely, what was stopped while nobody was there to do it', async () => {
    const { clock, state, cloud, runWithLab } = await simulate();
    const { id, lab } = await runWithLab();
    cloud.world.ledger.open('runningLab', lab);
    await cloud.close();
    const stored = state.collection<{ change: object }>('ec2-instances');
    const instance = stored.get(id);
    const change = { to: 'stopped', askedAtMs: clock.now(), doneAtMs: clock.now() + minute, settled: false };
    if (instance) stored.put(id, { ...instance, change });
    const again = await simulate(state, clock, 8);
    expect(again.open().toSorted()).toEqual(['instance', 'lab']);
    await clock.advance(minute);
    expect(again.open()).toEqual(['lab']);
  });

  it('repeats itself with the same seed', async () => {
    const story = async () => {
      const { runWithLab } = await simulate();
      return runWithLab();
    };
    expect(await story()).toEqual(await story());
  });
});
