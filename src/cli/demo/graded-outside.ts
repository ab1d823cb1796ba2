import type { Api } from '../api.ts';
import { seedDefinitions } from '../seeds/seed-definitions.ts';

/**
 * Publishes a newer version of that definition, which the grading engine judges instead of the system itself,
 * so that the demo has something to do with it too. Bookings by name get the newest version.
 */
export async function gradeOutside(name: string, api: Api): Promise<void> {
  const seed = (await seedDefinitions()).find((one) => one.name === name);
  if (!seed?.grading) throw new Error(`${name} is not graded`);
  await api.definitions.create({
    body: { ...seed, version: '1.1.0', grading: { ...seed.grading, engine: 'external' } },
  });
}
