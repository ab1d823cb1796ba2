import { z } from 'zod';
import { labRecordId } from '../domain/ids.ts';
import { LAB_STATUSES, labRecord } from '../domain/lab-record.ts';
import { endpoint, STAFF } from './endpoint.ts';
import { anyOf, pageOf, paging, versioned } from './list.ts';

export const labRecordView = labRecord.extend(versioned);
export type LabRecordView = z.infer<typeof labRecordView>;

/** Operations on lab records. */
export const labRecords = {
  list: endpoint({
    method: 'GET',
    path: '/api/v1/lab-records',
    summary: 'List lab records, newest first',
    roles: STAFF,
    rule: 'seesFleet',
    query: z.object({
      ...paging,
      status: anyOf(LAB_STATUSES),
      workerId: z.string().max(200).optional(),
      definitionId: z.string().max(200).optional(),
    }),
    answer: pageOf(labRecordView),
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/v1/lab-records/:id',
    summary: 'One lab record',
    roles: STAFF,
    rule: 'seesFleet',
    params: z.object({ id: labRecordId }),
    answer: labRecordView,
    refusals: ['notFound'],
  }),
};
