import { defineConfig } from 'vitest/config';
import { testReport } from './scripts/test-report.ts';

export default defineConfig({
  test: {
    pool: 'forks',
    reporters: ['default', testReport()],
    projects: [
      {
        extends: true,
        test: {
          name: 'system',
          include: ['src/**/*.test.ts', 'tests/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'tests/browser/**'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        // In a real browser against the embedded system: needs the built page, and a Chromium.
        test: {
          name: 'browser',
          include: ['tests/browser/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
