/**
 * The words of the domain that a client of the contract needs as values. The dashboard imports the contract
 * and this, and nothing deeper.
 */
export { DEFINITION_STATUSES, type DefinitionStatus } from '../domain/definition-state.ts';
export type { PipelineProgress, StepProgress } from '../domain/pipeline-progress.ts';
export {
  PIPELINE_NAMES,
  type PipelineName,
  type StepPlan,
  type StepStatus,
} from '../domain/pipeline-progress.ts';
export { Refusal } from '../domain/refusal.ts';
export type { ScoreReport } from '../domain/score-report.ts';
export { FINAL_STATUS, SESSION_TRANSITIONS } from '../domain/session.ts';
export { SESSION_STATUSES, type SessionStatus } from '../domain/session-state.ts';
export { WORKER_STATUSES, type WorkerStatus } from '../domain/worker-state.ts';
