import { readPackage } from '@lcm/core/content/read-package.ts';
import type { ReconcileContext, ReconcileResult } from '@lcm/core/controller/controller.ts';
import type { Definition } from '@lcm/core/domain/definition-state.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { parseTopology } from '@lcm/core/topology/parse-topology.ts';
import { getText } from './content-json.ts';
import type { LabletDependencies } from './dependencies.ts';
import { fillWarmPool } from './labs/warm-pool.ts';
import { unlessMissing } from './missing.ts';

/**
 * Syncs a definition's content where that is asked for: what is kept is checked, and LDS fetches its form. A
 * failed sync takes nothing out of use; a peer that can't be reached is tried again instead. What is in sync
 * has its warm pool filled.
 */
export async function reconcileDefinition(
  deps: LabletDependencies,
  id: string,
  context: ReconcileContext,
): Promise<ReconcileResult> {
  const client = deps.client.internal.definitions;
  const definition = await unlessMissing(client.get({ params: { id } }));
  if (!definition) return undefined;
  if (definition.sync.status !== 'requested') {
    const isShort = await fillWarmPool(deps, definition, context);
    return definition.spec.warmPoolDepth > 0 ? { againInMs: isShort ? SHORT_MS : POOL_LOOK_MS } : undefined;
  }
  const record = async (outcome: { status: 'success' } | { status: 'failed'; message: string }) => {
    const command = { type: 'recordSync' as const, ...outcome };
    await client.command({ params: { id }, body: { command }, headers: context.headers() });
  };
  try {
    await sync(deps, definition, context);
  } catch (refusal) {
    if (!(refusal instanceof Refusal) || !LASTING.includes(refusal.code)) throw refusal;
    await record({ status: 'failed', message: refusal.message });
    return undefined;
  }
  await record({ status: 'success' });
  return undefined;
}

/** Milliseconds between two looks at a warm pool, and at one that is short of labs. */
const POOL_LOOK_MS = 60_000;
const SHORT_MS = 5_000;

/** Refusals that another try would not change. */
const LASTING: readonly Refusal['code'][] = ['rule', 'invalid', 'notFound', 'forbidden'];

async function sync(
  { content, lds }: LabletDependencies,
  definition: Definition,
  context: ReconcileContext,
): Promise<void> {
  const { topologyKey, packageKey } = definition.content;
  parseTopology(await getText(content, topologyKey));
  if (packageKey !== undefined) readPackage(await content.get(packageKey));
  const { formQualifiedName } = definition.spec;
  if (!lds || !formQualifiedName) return;
  context.fence();
  await lds.syncContent(formQualifiedName);
}
