import { expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.ts';
import { awsCloudProvider } from './cloud-provider.ts';
import { fetchRequestHandler } from './fetch-request-handler.ts';

it('gives up a call to AWS that is never answered', async () => {
  const clock = new VirtualClock();
  const silence = (_url: string, { signal }: RequestInit) =>
    new Promise<Response>((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  const provider = awsCloudProvider({
    installation: 'test',
    clock,
    endpointBase: 'http://nowhere',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    attempts: 1,
    requestHandler: fetchRequestHandler(silence, { clock, timeoutMs: 20_000 }),
  });
  let refusal: unknown;
  const described = provider.describe('us-east-1', 'i-1').catch((error: unknown) => {
    refusal = error;
  });
  // The SDK is loaded by the first call, which takes real time.
  await expect.poll(() => clock.advance(20_000).then(() => refusal)).toMatchObject({ code: 'unavailable' });
  await described;
});
