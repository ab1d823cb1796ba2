import type { CmlContext } from './context.ts';
import type { NodeRecord } from './model.ts';
export const addressesOf = (_c: CmlContext, node: NodeRecord) => ({ name: node.label, interfaces: {} });
