import type { StepHandlers } from '@lcm/core/pipeline/step-handler.ts';
import type { SessionWork } from '../session-work.ts';
import { archive } from './archive.ts';
import { captureCommandOutput } from './capture-command-output.ts';
import { captureConfigs } from './capture-configs.ts';
import { closeAccess } from './close-access.ts';
import { contentSync } from './content-sync.ts';
import { deregisterLds } from './deregister-lds.ts';
import { evaluate } from './evaluate.ts';
import { exportPcaps } from './export-pcaps.ts';
import { labBinding } from './lab-binding.ts';
import { labResolve } from './lab-resolve.ts';
import { labStart } from './lab-start.ts';
import { ldsProvision } from './lds-provision.ts';
import { loadRubric } from './load-rubric.ts';
import { markReady } from './mark-ready.ts';
import { packageEvidence } from './package-evidence.ts';
import { portsAlloc } from './ports-alloc.ts';
import { recordScore } from './record-score.ts';
import { stopLab } from './stop-lab.ts';
import { tagsSync } from './tags-sync.ts';
import { variables } from './variables.ts';
import { wipeLab } from './wipe-lab.ts';

/** Every step that a pipeline may have, by the name that pipelines use. */
export const STEP_HANDLERS: StepHandlers<SessionWork> = {
  content_sync: contentSync,
  variables,
  lab_resolve: labResolve,
  ports_alloc: portsAlloc,
  tags_sync: tagsSync,
  lab_binding: labBinding,
  lab_start: labStart,
  lds_provision: ldsProvision,
  mark_ready: markReady,
  close_access: closeAccess,
  capture_configs: captureConfigs,
  capture_command_output: captureCommandOutput,
  export_pcaps: exportPcaps,
  package_evidence: packageEvidence,
  load_rubric: loadRubric,
  evaluate,
  record_score: recordScore,
  stop_lab: stopLab,
  deregister_lds: deregisterLds,
  wipe_lab: wipeLab,
  archive,
};
