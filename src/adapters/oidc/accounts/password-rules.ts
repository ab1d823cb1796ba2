import { Refusal } from '@lcm/core/domain/refusal.ts';

/** Fewest characters of a password; NIST SP 800-63B asks for at least 8, and counts length above all else. */
const FEWEST = 12;
/** Most characters: nobody types more, and hashing takes time. */
export const MOST_CHARACTERS = 256;

/** @throws Refusal `rule` for a password that is too easy to guess; it never repeats the password */
export function checkPassword(password: string, username: string): void {
  const why = weakness(password.normalize('NFKC'), username);
  if (why)
    throw new Refusal('rule', `the password ${why}`, { fields: [{ pointer: '/password', message: why }] });
}

function weakness(password: string, username: string): string | undefined {
  const characters = [...password];
  if (characters.length < FEWEST) return `must have at least ${FEWEST} characters`;
  if (characters.length > MOST_CHARACTERS) return `must have at most ${MOST_CHARACTERS} characters`;
  if (username.length > 2 && password.toLowerCase().includes(username))
    return 'must not contain the user name';
  if (new Set(characters).size < 5) return 'must not be made of the same few characters';
  return undefined;
}
