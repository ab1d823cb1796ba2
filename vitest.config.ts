import { defineConfig } from 'vitest/config';
import { testReport } from './scripts/test-report.ts';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts', 'scripts/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'tests/browser/**'],
    testTimeout: 20_000,
    pool: 'forks',
    reporters: ['default', testReport()],
  },
});
