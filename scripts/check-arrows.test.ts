import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkArrows } from './check-arrows.ts';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

/** A tree with one file at the end of each arrow, and the given files beside them. */
function tree(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'arrows-'));
  roots.push(root);
  const ends = [
    'core/domain/a',
    'core/api/a',
    'core/spi/a',
    'adapters/memory/a',
    'control-plane-api/a',
    'lablet-controller/a',
    'lablet-controller/a.fixture',
    'simulator/a',
    'cli/a',
    'ui/a',
  ];
  const all = Object.fromEntries(
    ends.map((end) => [`src/${end}.ts`, 'export const a = 1;\nexport type A = 1;\n']),
  );
  for (const [path, text] of Object.entries({ ...all, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const broken = async (files: Record<string, string>) =>
  (await checkArrows(tree(files))).violations.map((text) => text.match(/^ +([\w-]+):/m)?.[1]).sort();

const importing = (path: string) => `import { a } from '${path}';\nexport const b = a;\n`;

describe('the arrows between folders', () => {
  it('let each layer see the ones below it, and tests a little more', async () => {
    const allowed = {
      'src/adapters/memory/b.ts': importing('../../core/domain/a.ts'),
      'src/control-plane-api/b.ts': importing('../adapters/memory/a.ts'),
      'src/control-plane-api/b.test.ts': importing('../lablet-controller/a.fixture.ts'),
      'src/simulator/b.ts': importing('../adapters/memory/a.ts'),
      'src/cli/b.ts': importing('../simulator/a.ts'),
      'src/ui/b.ts': importing('../core/api/a.ts'),
      'src/core/domain/b.ts': "import type { A } from '../spi/a.ts';\nexport type B = A;\n",
      'src/core/domain/b.test.ts': importing('../../adapters/memory/a.ts'),
    };
    expect(await broken(allowed)).toEqual([]);
  });

  it.each([
    ['core-stands-alone', 'src/core/domain/b.ts', '../../adapters/memory/a.ts'],
    ['core-tests-reach-adapters-at-most', 'src/core/domain/b.test.ts', '../../simulator/a.ts'],
    ['core-touches-no-machine', 'src/core/domain/b.ts', 'node:fs'],
    ['pure-core-takes-spi-as-types', 'src/core/domain/b.ts', '../spi/a.ts'],
    ['adapters-know-core-only', 'src/adapters/memory/b.ts', '../../simulator/a.ts'],
    ['adapter-tests-reach-the-simulator-at-most', 'src/adapters/b.test.ts', '../lablet-controller/a.ts'],
    ['a-service-knows-no-other-service', 'src/control-plane-api/b.ts', '../lablet-controller/a.ts'],
    ['service-tests-reach-fixtures-at-most', 'src/control-plane-api/b.test.ts', '../lablet-controller/a.ts'],
    ['simulator-knows-adapters-and-core', 'src/simulator/b.ts', '../control-plane-api/a.ts'],
    ['the-page-knows-the-contract-only', 'src/ui/b.ts', '../core/domain/a.ts'],
    ['cli-does-not-import-the-page', 'src/cli/b.ts', '../ui/a.ts'],
    ['code-does-not-import-tests', 'src/lablet-controller/b.ts', './a.fixture.ts'],
    ['everything-resolves', 'src/cli/b.ts', './nowhere.ts'],
  ])('are held by %s', async (rule, from, to) => {
    expect(await broken({ [from]: importing(to) })).toEqual([rule]);
  });

  it('let nobody import the command line or the page', async () => {
    expect(await broken({ 'src/adapters/memory/b.ts': importing('../../cli/a.ts') })).toContain(
      'nothing-imports-cli-or-page',
    );
  });

  it('have no circles, not even of types', async () => {
    const circle = {
      'src/cli/b.ts': "import type { C } from './c.ts';\nexport type B = C | 1;\n",
      'src/cli/c.ts': "import type { B } from './b.ts';\nexport type C = B[];\n",
    };
    expect(await broken(circle)).toEqual(['no-circles']);
  });
});

describe('a check that cannot see', () => {
  it('fails on a tree without modules', async () => {
    const root = mkdtempSync(join(tmpdir(), 'arrows-'));
    roots.push(root);
    await expect(checkArrows(root)).rejects.toThrow(/saw 0 modules/);
  });

  it('fails where the text has imports and the parser reports none', async () => {
    const unread = "/*\nimport { a } from './a.ts';\n*/\nexport const b = 1;\n";
    await expect(checkArrows(tree({ 'src/cli/b.ts': unread }))).rejects.toThrow(
      /no import in 1 modules.*b\.ts/,
    );
  });
});
