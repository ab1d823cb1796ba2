import { z } from 'zod';

/** Where a secret is kept. */
export interface SecretReference {
  scheme: 'env' | 'file' | 'aws-sm';
  /** Name of the variable, path of the file, name or ARN of the secret. */
  name: string;
  /** Of a secret that is a JSON object: the member meant. */
  member?: string;
}

const FORM =
  /^(?:env:(?<env>[A-Za-z_][A-Za-z0-9_]{0,127})|file:(?<file>\/?[^\0\n]{1,1000})|aws-sm:(?<aws>[A-Za-z0-9/_+=.@:!-]{1,512})(?:#(?<member>[A-Za-z0-9_.-]{1,128}))?)$/;

/** The reference in a text such as `env:SMTP_PASSWORD`, `file:/run/secrets/smtp`, `aws-sm:lcm/smtp#password`; undefined for any other. */
export function parseSecretReference(text: string): SecretReference | undefined {
  const { env, file, aws, member } = FORM.exec(text)?.groups ?? {};
  if (env !== undefined) return { scheme: 'env', name: env };
  if (file !== undefined) return { scheme: 'file', name: file };
  if (aws !== undefined) return { scheme: 'aws-sm', name: aws, ...(member === undefined ? {} : { member }) };
  return undefined;
}

/** A setting that names where a secret is kept; the secret itself is refused. */
export const secretReference = z
  .string()
  .max(1_100)
  .refine((text) => parseSecretReference(text) !== undefined, {
    // Without the value: what was sent may be the secret.
    message:
      'must say where the secret is kept (env:NAME, file:PATH, aws-sm:NAME or aws-sm:NAME#MEMBER), not the secret',
  });

/** A text that is no secret, as far as its form tells. */
export const plainText = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => !looksLikeSecret(text), {
      message: 'looks like a secret; secrets are kept elsewhere and only referred to',
    });

/** Whether a text has the form of a known kind of secret: a private key, a token, a URL with a password. */
export const looksLikeSecret = (text: string): boolean => FORMS.some((form) => form.test(text));

const FORMS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  // A JWT: RFC 7519, section 3.1; its header begins with `{"`.
  /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/,
  // Access key ids: "IAM identifiers" in the AWS IAM user guide.
  /\b(AKIA|ASIA)[A-Z2-7]{16}\b/,
  // A URL with a password: RFC 3986, section 3.2.1.
  /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s@]*:[^/?#\s@]+@/i,
  /\bgh[pousr]_[A-Za-z0-9]{36}/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/,
  /\blcm_[a-z]{2,}_[A-Za-z0-9_-]{20,}/,
];
