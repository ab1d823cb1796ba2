import { expect, it } from 'vitest';
import { looksLikeSecret, parseSecretReference, plainText, secretReference } from './secret-reference.ts';

it('tells where a secret is kept', () => {
  expect(parseSecretReference('env:SMTP_PASSWORD')).toEqual({ scheme: 'env', name: 'SMTP_PASSWORD' });
  expect(parseSecretReference('file:/run/secrets/a b')).toEqual({ scheme: 'file', name: '/run/secrets/a b' });
  expect(parseSecretReference('aws-sm:lcm/smtp')).toEqual({ scheme: 'aws-sm', name: 'lcm/smtp' });
  const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:lcm/smtp-AbCdEf';
  expect(parseSecretReference(`aws-sm:${arn}#password`)).toEqual({
    scheme: 'aws-sm',
    name: arn,
    member: 'password',
  });
  for (const odd of [
    '',
    'hunter2',
    'env:',
    'env:A B',
    'file:',
    'vault:x',
    'ENV:A',
    'aws-sm:a#',
    'aws-sm:a b',
  ])
    expect(parseSecretReference(odd), odd).toBeUndefined();
});

it('takes a reference and refuses the secret itself, without repeating it', () => {
  expect(secretReference.parse('env:A')).toBe('env:A');
  const refused = secretReference.safeParse('hunter2');
  expect(refused.success).toBe(false);
  expect(JSON.stringify(refused.error)).not.toContain('hunter2');
});

it('knows secrets by their form', () => {
  const header = Buffer.from('{"alg":"RS256"}').toString('base64url');
  const claims = Buffer.from('{"sub":"ada"}').toString('base64url');
  const pem = ['-----BEGIN', 'PRIVATE KEY-----'].join(' ');
  const secrets = [
    pem,
    `${header}.${claims}.c2ln`,
    ['AKIA', 'IOSFODNN7EXAMPLE'].join(''),
    'smtp://lcm:hunter2@mail.example:587',
    ['ghp', 'a'.repeat(36)].join('_'),
    ['lcm', 'pat', 'a'.repeat(43)].join('_'),
  ];
  for (const secret of secrets) {
    expect(looksLikeSecret(secret), secret).toBe(true);
    expect(plainText(1_000).safeParse(secret).success).toBe(false);
  }
  for (const plain of [
    'https://hooks.example/lcm?x=1',
    'exam-team',
    'smtp://mail.example:587',
    'eu-west-1',
    'a@b.example',
  ])
    expect(plainText(1_000).safeParse(plain).success, plain).toBe(true);
});
