import type { SecretsManagerClient, SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { SecretSource } from './referenced-secrets.ts';

/** How AWS Secrets Manager is reached; the SDK's default chain decides what is absent. */
export type AwsSecretsConnection = Pick<
  SecretsManagerClientConfig,
  'region' | 'endpoint' | 'credentials' | 'requestHandler' | 'maxAttempts'
>;

/**
 * Secrets in AWS Secrets Manager, their current version (`AWSCURRENT`), by name or ARN; with a member where the
 * secret is a JSON object. See GetSecretValue in the AWS Secrets Manager API reference.
 */
export function awsSecrets(connection: AwsSecretsConnection = {}): SecretSource {
  const clients = new Map<string, SecretsManagerClient>();
  return async ({ name, member }) => {
    const sdk = await import('@aws-sdk/client-secrets-manager');
    // A secret's ARN says in which region it is, another than ours perhaps.
    const region = /^arn:[^:]+:secretsmanager:([^:]+):/.exec(name)?.[1];
    const client =
      clients.get(region ?? '') ??
      new sdk.SecretsManagerClient({ ...PATIENCE, ...connection, ...(region ? { region } : {}) });
    clients.set(region ?? '', client);
    const secret = await client.send(new sdk.GetSecretValueCommand({ SecretId: name })).then(
      ({ SecretString }) => SecretString,
      (cause: unknown) => {
        throw refusalOf(name, cause);
      },
    );
    if (!secret) throw new Refusal('notFound', `the secret ${name} of AWS Secrets Manager holds no text`);
    return member === undefined ? secret : memberOf(name, secret, member);
  };
}

const PATIENCE: AwsSecretsConnection = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
};

function memberOf(name: string, text: string, member: string): string {
  const value = Object.entries(objectIn(name, text)).find(([key]) => key === member)?.[1];
  if (typeof value === 'string' && value !== '') return value;
  throw new Refusal('notFound', `the secret ${name} of AWS Secrets Manager has no text under ${member}`);
}

function objectIn(name: string, text: string): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The parser's message would quote the secret.
    parsed = undefined;
  }
  if (typeof parsed === 'object' && parsed !== null) return parsed;
  throw new Refusal('unavailable', `the secret ${name} of AWS Secrets Manager is no JSON object`);
}

function refusalOf(name: string, cause: unknown): Refusal {
  const code = cause instanceof Error ? cause.name : 'Unknown';
  const message = `asked AWS Secrets Manager for ${name}: ${code}`;
  return new Refusal(code === 'ResourceNotFoundException' ? 'notFound' : 'unavailable', message, { cause });
}
