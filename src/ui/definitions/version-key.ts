/** A semantic version as a text that sorts as versions do: 1.10.0 after 1.9.0, 2.0.0-rc before 2.0.0. */
export function versionKey(version: string): string {
  const [numbers = '', ...before] = version.split('-');
  const padded = numbers.split('.').map((part) => part.padStart(8, '0'));
  return `${padded.join('.')}${before.length > 0 ? `-${before.join('-')}` : '~'}`;
}
