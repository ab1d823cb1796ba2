import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { fetchRequestHandler } from '@lcm/adapters/aws/fetch-request-handler.ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { minute, simulate } from './cloud.fixture.ts';
import { inProcessFetch } from './in-process.ts';

const mainUrl = 'http://simulator';

describe('the simulated cloud without sockets', () => {
  it('answers the clients of the AWS SDK', async () => {
    const { cloud, run } = await simulate();
    const id = await run();
    const ec2 = new EC2Client({
      region: 'us-east-1',
      endpoint: `${mainUrl}/aws/ec2`,
      credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
      requestHandler: fetchRequestHandler(inProcessFetch(cloud, mainUrl)),
    });
    onTestFinished(() => ec2.destroy());
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    expect(Reservations?.[0]?.Instances?.[0]?.InstanceId).toBe(id);
  });

  it('has a CML server at both addresses of a running instance, and at no other', async () => {
    const { clock, cloud, run } = await simulate();
    const id = await run();
    const fetch = inProcessFetch(cloud, mainUrl);
    const instance = cloud.instances.find(id);
    const ask = async (address = '') => {
      const answer = await fetch(`http://${address}:8443/api/v0/system_information`);
      return answer.json();
    };
    await expect(ask(instance?.publicAddress)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await clock.advance(15 * minute);
    expect(await ask(instance?.publicAddress)).toMatchObject({ ready: true });
    expect(await ask(instance?.privateAddress)).toMatchObject({ ready: true });
    await expect(ask('127.77.99.99')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  it('carries bodies, empty answers and broken connections as a network does', async () => {
    const { clock, cloud, run } = await simulate();
    const id = await run();
    await clock.advance(15 * minute);
    const fetch = inProcessFetch(cloud, mainUrl);
    const logIn = () =>
      fetch(`${cloud.hosts.url(cloud.instances.find(id) ?? expect.fail())}/api/v0/authenticate`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'admin', password: 'admin' }),
      });
    expect(await (await logIn()).json()).toEqual(expect.any(String));
    cloud.faults.setPlan({ seed: 1, services: { cml: { resetAfter: 1 } } });
    await expect(logIn()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
  });

  it('lets a caller go that no longer waits', async () => {
    const { cloud } = await simulate();
    cloud.faults.setPlan({ seed: 1, services: { lds: { noAnswer: 1 } } });
    const caller = new AbortController();
    const answer = inProcessFetch(cloud, mainUrl)(`${mainUrl}/lds/reservations/v3/lab_session`, {
      signal: caller.signal,
    });
    await collectGarbage();
    caller.abort(new Error('tired of waiting'));
    await expect(answer).rejects.toThrow('tired of waiting');
  });
});

/** What nobody holds is gone afterwards; a request that waits may take a turn or two to get there. */
async function collectGarbage(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}
