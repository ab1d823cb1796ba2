import type { KnipConfig } from 'knip';

const tests = '**/*.test.{ts,tsx}';

/**
 * What is nobody's: files, exports and dependencies without a user. What only tests use counts as used, and a
 * type may be exported for the sake of the signature that it stands in.
 */
const config: KnipConfig = {
  workspaces: {
    '.': {
      entry: [
        'scripts/*.ts',
        'tests/**/*.{test,bench,spec}.ts',
        'tests/bench/*.ts',
        'tests/browser/*.ts',
        'tests/kill/run.ts',
      ],
      project: ['scripts/**/*.ts', 'tests/**/*.{ts,tsx}', '*.ts'],
      ignoreBinaries: ['vite'], // the page's workspace has it
      ignoreDependencies: ['@secretlint/secretlint-rule-preset-recommend'], // .secretlintrc.json names it
    },
    'src/cli': { entry: [tests], project: '**/*.ts' },
    'src/simulator': { entry: ['main.ts', tests], project: '**/*.ts' },
    'src/ui': { entry: [tests], project: '**/*.{ts,tsx}' },
    'src/*': { entry: [tests], project: '**/*.ts' },
  },
  ignoreExportsUsedInFile: { interface: true, type: true },
};

export default config;
