import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findLostPromises } from './check-promises.ts';

// Below the repository, so that the types of Node and of Fastify are found.
const folder = mkdtempSync(join(import.meta.dirname, '../node_modules/.promises-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The lines of `statements` in which a promise is lost, the first being 1. */
function linesOf(statements: readonly string[]): number[] {
  const preamble = [
    "import { readFile } from 'node:fs/promises'; import { fastify } from 'fastify';",
    'declare const work: () => Promise<number>; declare const call: (back: () => void) => void;',
    'declare const wait: (back: () => void | Promise<void>) => void; let kept: unknown;',
  ];
  writeFileSync(join(folder, 'x.ts'), [...preamble, ...statements, 'export { kept };'].join('\n'));
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        target: 'es2024',
        strict: true,
        skipLibCheck: true,
        types: ['node'],
      },
      files: ['x.ts'],
    }),
  );
  const { lost } = findLostPromises(join(folder, 'tsconfig.json'));
  return lost.map((line) => Number(line.match(/x\.ts:(\d+):/)?.[1]) - preamble.length);
}

describe('a promise', () => {
  it('is lost where nobody waits for it, wherever its type comes from', () => {
    const statements = [
      'work();',
      "readFile('x');",
      'work().then(() => 1);',
      'work().finally(() => {});',
      '[1].map(async (n) => n);',
      'kept === 1 && work();',
      'kept ? work() : 0;',
      'Promise.all([work()]);',
      'call(async () => { await work(); });',
      'call(() => work());',
      "fastify().inject('/');",
    ];
    expect(linesOf(statements)).toEqual(statements.map((_, index) => index + 1));
  });

  it('is kept where somebody waits for it, has it, or takes care of its failure', () => {
    const statements = [
      'await work();',
      'void work();',
      'kept = work();',
      'work().catch(() => 0);',
      'work().then(() => 1, () => 0);',
      'work().catch(() => 0).finally(() => {});',
      'wait(async () => { await work(); });',
      'call(() => { void work(); });',
      "fastify().addHook('onReady', async () => { await work(); });",
      'await fastify().register(async () => { await work(); });',
    ];
    expect(linesOf(statements)).toEqual([]);
  });

  it('is not declared kept where there was no source to look at', () => {
    expect(() => findLostPromises(join(folder, 'nowhere.json'))).toThrow();
  });
});
