import { resolve, sep } from 'node:path';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { readPrivateFile } from './read-private-file.ts';
import type { SecretSource } from './referenced-secrets.ts';

/**
 * Secrets in files of their own; a line's end at the end of the file is not part of them.
 * @param folder only files below it, where given: for references that come over the API
 */
export const fileSecrets =
  (folder?: string): SecretSource =>
  async ({ name }) => {
    const path = resolve(folder ?? '.', name);
    if (folder !== undefined && !path.startsWith(resolve(folder) + sep))
      throw new Refusal('forbidden', `secrets are taken from files below ${folder} only, not from ${name}`);
    const secret = readPrivateFile(path).replace(/\r?\n$/, '');
    if (secret === '') throw new Refusal('notFound', `the file ${path} is empty`);
    return secret;
  };
