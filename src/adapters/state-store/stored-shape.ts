import type { Kind } from '@lcm/core/domain/kinds.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';

/** What a store needs to know about the documents of a kind. */
export interface StoredShape {
  /** Number of the shape that documents are written in. */
  schemaNumber: number;
  /** From shape n (the index + 1) to the next. */
  upcasts: readonly ((state: unknown) => unknown)[];
  /** Dotted paths by which they may be filtered and sorted; several in one entry are indexed together. */
  indexes: readonly (readonly string[])[];
}

/** The shapes of all kinds; `KINDS` of core, unless a test brings its own. */
export type StoredShapes = Readonly<Record<Kind, StoredShape>>;

/**
 * The state in today's shape.
 * @throws Refusal `unavailable` where a newer version of the program wrote it
 */
export function upcast(shape: StoredShape, kind: Kind, id: string, schema: number, state: unknown): unknown {
  if (schema > shape.schemaNumber) {
    throw new Refusal(
      'unavailable',
      `${kind} ${id} is stored in shape ${schema}, this version reads up to ${shape.schemaNumber}; run the version that wrote it`,
    );
  }
  return shape.upcasts.slice(schema - 1, shape.schemaNumber - 1).reduce((older, lift) => lift(older), state);
}
