import type { Api } from '@lcm/cli/api.ts';
import { seedDefinitions, seedSolution } from '@lcm/cli/seeds/seed-definitions.ts';
import { eventually } from '../e2e/embedded.fixture.ts';
import { freeConsolePorts } from '../e2e/process.fixture.ts';

/** A definition like `static-routing-basics`, but graded by the engine outside. */
export const EXTERNALLY_GRADED = 'static-routing-external';

/** What the sessions need before the first is booked: definitions, consoles that can be reached, and bounds. */
export async function setScenery(api: Api): Promise<void> {
  const seed = (await seedDefinitions()).find(({ name }) => name === LIKE);
  if (!seed?.grading) throw new Error(`${LIKE} is not graded`);
  const body = {
    ...seed,
    name: EXTERNALLY_GRADED,
    grading: { ...seed.grading, engine: 'external' as const },
  };
  await api.definitions.create({ body });
  const portRange = await freeConsolePorts(1_500);
  for (const { id, deleted, createdAt, updatedAt, version, ...spec } of (await api.workerTemplates.list())
    .items)
    await api.workerTemplates.update({ params: { id }, body: { ...spec, portRange } });
  await api.settings.change({ body: { maxSessionsPerOwner: 500, licencePools: { ENTERPRISE: 20 } } });
  await eventually('the definitions to be synced', async () => {
    const { items } = await api.definitions.list({ query: { status: 'ACTIVE' } });
    return items.length === 4;
  });
}

/** What is typed into which device to pass; nothing where nothing is graded. */
export async function solutionOf(definition: string): Promise<[label: string, configuration: string][]> {
  return Object.entries((await seedSolution(definition === EXTERNALLY_GRADED ? LIKE : definition)) ?? {});
}

const LIKE = 'static-routing-basics';
