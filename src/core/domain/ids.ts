import { z } from 'zod';

/** Identifiers are opaque strings; the brand keeps one kind from being passed for another. */
const idOf = <Brand extends string>(brand: Brand) => z.string().min(1).max(200).brand(brand);

export const definitionId = idOf('DefinitionId');
export const sessionId = idOf('SessionId');
export const workerId = idOf('WorkerId');
export const workerTemplateId = idOf('WorkerTemplateId');
export const labRecordId = idOf('LabRecordId');
export const placementId = idOf('PlacementId');
export const userSessionId = idOf('UserSessionId');
export const gradingSessionId = idOf('GradingSessionId');
export const scoreReportId = idOf('ScoreReportId');
export const taskId = idOf('TaskId');
export const accessTokenId = idOf('AccessTokenId');
export const subscriptionId = idOf('SubscriptionId');
export const notificationId = idOf('NotificationId');

export type DefinitionId = z.infer<typeof definitionId>;
export type SessionId = z.infer<typeof sessionId>;
export type WorkerId = z.infer<typeof workerId>;
export type WorkerTemplateId = z.infer<typeof workerTemplateId>;
export type LabRecordId = z.infer<typeof labRecordId>;
export type PlacementId = z.infer<typeof placementId>;
export type UserSessionId = z.infer<typeof userSessionId>;
export type GradingSessionId = z.infer<typeof gradingSessionId>;
export type ScoreReportId = z.infer<typeof scoreReportId>;
export type SubscriptionId = z.infer<typeof subscriptionId>;
