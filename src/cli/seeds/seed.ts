import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Api } from '../api.ts';
import { seedDefinitions } from './seed-definitions.ts';
import { SEED_TEMPLATES } from './worker-templates.ts';

/** Publishes what comes with LCM, once: what an operator has changed or deleted since stays as it is. */
export async function seed(api: Api): Promise<void> {
  const { items } = await api.workerTemplates.list({ query: { limit: 1 } });
  if (items.length === 0)
    for (const body of SEED_TEMPLATES) await ifNew(api.workerTemplates.create({ body }));
  for (const body of await seedDefinitions()) {
    const known = await api.definitions.list({ query: { name: body.name, limit: 1 } });
    if (known.items.length === 0) await ifNew(api.definitions.create({ body }));
  }
}

/** What is there already is not made again. */
async function ifNew(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (refusal) {
    if (!(refusal instanceof Refusal) || refusal.code !== 'conflict') throw refusal;
  }
}
