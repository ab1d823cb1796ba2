import { seedSolution } from '../seeds/seed-definitions.ts';
import type { Role } from './cast.ts';

/** What passes, by definition: what to type into each device, by its label. */
export type Solutions = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** Reads what the cast may need; ahead of the play, for virtual time does not wait for a disk. */
export async function solutionsFor(cast: readonly Role[]): Promise<Solutions> {
  const solutions = new Map<string, Readonly<Record<string, string>>>();
  for (const { definition } of cast) solutions.set(definition, (await seedSolution(definition)) ?? {});
  return solutions;
}
