import type { Definition } from '@lcm/core/domain/definition-state.ts';
import type { LabRecord } from '@lcm/core/domain/lab-record.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import type { Worker } from '@lcm/core/domain/worker-state.ts';
import type { Stored } from '@lcm/core/spi/state-store.ts';
import type { Caller } from '../auth/caller.ts';
import { sessionViews, workerViews } from '../queries/views.ts';
import type { Services } from '../services.ts';
import type { LiveKind } from './event-names.ts';
import type { Filterable } from './live-filter.ts';

/** Sees all; what others may not see is taken out of its views. */
const EVERYTHING: Caller = { issuer: 'local', subject: 'live', username: 'live', roles: ['admin'] };

/** Aggregates as clients see them live, with everything that anybody may see. */
export async function liveEntities(
  services: Services,
  kind: LiveKind,
  stored: readonly Stored<unknown>[],
): Promise<Filterable[]> {
  switch (kind) {
    case 'session':
      return sessionViews(services, stored as Stored<Session>[], EVERYTHING);
    case 'worker':
      return workerViews(services, stored as Stored<Worker>[]);
    case 'definition':
      return (stored as Stored<Definition>[]).map(({ state, version }) => ({ ...state, version }));
    case 'lab-record':
      return (stored as Stored<LabRecord>[]).map(({ state, version }) => ({ ...state, version }));
  }
}
