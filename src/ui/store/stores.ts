import type { DefinitionView } from '@lcm/core/api/definitions.ts';
import type { LabRecordView } from '@lcm/core/api/lab-records.ts';
import type { SessionView } from '@lcm/core/api/sessions.ts';
import type { WorkerView } from '@lcm/core/api/workers.ts';
import { EntityStore } from './entity-store.ts';

/** Everything that the stream keeps up to date, by the kind that its frames name. */
export const stores = {
  session: new EntityStore<SessionView>({
    status: (one) => one.status,
    worker: (one) => one.placement?.workerId,
    definition: (one) => one.definition.definitionId,
  }),
  worker: new EntityStore<WorkerView>({ status: (one) => one.status, region: (one) => one.region }),
  definition: new EntityStore<DefinitionView>({ name: (one) => one.spec.name }),
  'lab-record': new EntityStore<LabRecordView>({ worker: (one) => one.workerId }),
};
export type Stores = typeof stores;
