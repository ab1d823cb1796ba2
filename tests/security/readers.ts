import { MARKERS } from './access-scene.ts';
import type { Persona } from './personas.ts';

/** The people among the personas, and those whom nobody knows: services have operations of their own. */
export const READERS: readonly Persona[] = [
  'candidate',
  'user',
  'lab-author',
  'manager',
  'manager of the west',
  'admin',
  'nobody in particular',
  'event-source',
  'anonymous',
  'expired',
  'revoked',
];

/** Who reads what only some may read, written down by hand (PRODUCT.md, Identity). */
export const READ_BY: Readonly<Record<keyof typeof MARKERS, readonly Persona[]>> = {
  candidate: ['candidate', 'manager', 'admin'],
  // The user has a session of their own.
  loginUrl: ['candidate', 'user', 'manager', 'admin'],
  device: ['candidate', 'user', 'manager', 'admin'],
  rubric: ['lab-author', 'manager', 'manager of the west', 'admin'],
  configuration: ['lab-author', 'manager', 'manager of the west', 'admin'],
};

/** The markers that stand in a text. */
export const markersIn = (text: string): (keyof typeof MARKERS)[] =>
  (Object.keys(MARKERS) as (keyof typeof MARKERS)[]).filter((name) => text.includes(MARKERS[name]));
