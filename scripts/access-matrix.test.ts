import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { accessMatrix, PAGE } from './access-matrix.ts';

it('the page that tells who may do what is as the contract says', async () => {
  expect(await readFile(PAGE, 'utf8'), 'make it anew: node scripts/access-matrix.ts').toBe(accessMatrix());
});
