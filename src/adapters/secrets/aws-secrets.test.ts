import { Refusal } from '@lcm/core/domain/refusal.ts';
import { expect, it } from 'vitest';
import { fetchRequestHandler } from '../aws/fetch-request-handler.ts';
import { awsSecrets } from './aws-secrets.ts';
import { referencedSecrets } from './referenced-secrets.ts';

/** Secrets Manager's JSON protocol for one operation, as its API reference has it. */
function secretsManager(kept: Readonly<Record<string, object>>) {
  const asked: { host: string; id: string }[] = [];
  const requestHandler = fetchRequestHandler(async (url, init) => {
    const { SecretId: id } = JSON.parse(await new Response(init.body ?? '').text());
    asked.push({ host: new URL(url).host, id });
    const target = new Headers(init.headers).get('x-amz-target');
    const known = target === 'secretsmanager.GetSecretValue' ? kept[id] : undefined;
    const body = known ?? { __type: 'ResourceNotFoundException', Message: `can't find ${id}` };
    return new Response(JSON.stringify(body), {
      status: known && !('__type' in known) ? 200 : 400,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
    });
  });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const source = awsSecrets({ region: 'us-east-1', credentials, requestHandler, maxAttempts: 1 });
  return { secrets: referencedSecrets({ 'aws-sm': source }), asked };
}

async function refused(work: Promise<unknown>): Promise<Refusal> {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (error instanceof Refusal) return error;
  throw new Error(`not refused, but ${String(error)}`);
}

it('takes the whole of a secret, or one member of it', async () => {
  const { secrets } = secretsManager({
    'lcm/token': { SecretString: 'hunter2' },
    'lcm/smtp': { SecretString: JSON.stringify({ user: 'lcm', password: 'hunter3' }) },
  });
  expect(await secrets.get('aws-sm:lcm/token')).toBe('hunter2');
  expect(await secrets.get('aws-sm:lcm/smtp#password')).toBe('hunter3');
});

it('asks in the region that an ARN names', async () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:lcm-AbCdEf';
  const { secrets, asked } = secretsManager({ [arn]: { SecretString: 'x' } });
  await secrets.get(`aws-sm:${arn}`);
  expect(asked).toEqual([{ host: 'secretsmanager.eu-west-1.amazonaws.com', id: arn }]);
});

it('says which secret or member there is not, and quotes nothing of what there is', async () => {
  const { secrets } = secretsManager({
    text: { SecretString: 'hunter2, no JSON' },
    object: { SecretString: '{"a":"hunter3","n":1}' },
    binary: { SecretBinary: 'aGk=' },
    denied: { __type: 'AccessDeniedException', Message: 'no' },
  });
  expect(await refused(secrets.get('aws-sm:none'))).toMatchObject({ code: 'notFound' });
  expect(await refused(secrets.get('aws-sm:binary'))).toMatchObject({ code: 'notFound' });
  expect(await refused(secrets.get('aws-sm:object#b'))).toMatchObject({ code: 'notFound' });
  expect(await refused(secrets.get('aws-sm:object#n'))).toMatchObject({ code: 'notFound' });
  expect(await refused(secrets.get('aws-sm:denied'))).toMatchObject({ code: 'unavailable' });
  const notJson = await refused(secrets.get('aws-sm:text#a'));
  expect(notJson).toMatchObject({ code: 'unavailable' });
  expect(`${notJson.stack}${String(notJson.cause)}`).not.toContain('hunter2');
});
