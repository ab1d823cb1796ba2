import type { Kind, StateOf } from '@lcm/core/domain/kinds.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { StateStore, Stored } from '@lcm/core/spi/state-store.ts';

/** The aggregate. @throws Refusal `notFound` */
export async function loadExisting<K extends Kind>(
  store: StateStore,
  kind: K,
  id: string,
): Promise<Stored<StateOf<K>>> {
  const stored = await store.load<StateOf<K>>(kind, id);
  if (!stored) throw new Refusal('notFound', `there is no ${kind.replaceAll('-', ' ')} ${id}`);
  return stored;
}
