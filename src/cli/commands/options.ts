import { Option } from 'commander';

/** Where the control plane is. */
export const urlOption = () =>
  new Option('--url <url>', 'where the control plane is')
    .env('LCM_URL')
    .default(`http://localhost:${process.env['LCM_PORT'] ?? 8020}`);

/** How to print. */
export const outputOption = (standard: 'table' | 'yaml' = 'table') =>
  new Option('-o, --output <format>', 'how to print').choices(['table', 'json', 'yaml']).default(standard);
