import { InvalidArgumentError, Option } from 'commander';

/** Where the control plane is. */
export const urlOption = () =>
  new Option('--url <url>', 'where the control plane is')
    .env('LCM_URL')
    .default(`http://localhost:${process.env['LCM_PORT'] ?? 8020}`);

/** How to print. */
export const outputOption = (standard: 'table' | 'yaml' = 'table') =>
  new Option('-o, --output <format>', 'how to print').choices(['table', 'json', 'yaml']).default(standard);

/** Reads a whole number, to be given to an option. */
export function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('must be a whole number');
}

/** Reads a share in percent, to be given to an option. */
export function percent(text: string): number {
  const number = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && number <= 100) return number;
  throw new InvalidArgumentError('must be a number from 0 to 100');
}
