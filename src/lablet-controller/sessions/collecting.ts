import { drivePipeline } from './drive-pipeline.ts';
import { loseWorkerIfGone } from './lost-worker.ts';
import { AT_ONCE, type Visit } from './visit.ts';

/** Collects the evidence, then has it graded where the definition wants that. */
export const visitCollecting: Visit = async (work) => {
  if (await loseWorkerIfGone(work)) return AT_ONCE;
  const pipeline = await drivePipeline(work, 'collect_evidence');
  if (pipeline.status === 'waiting') return pipeline;
  if (pipeline.status === 'failed')
    await work.command({ type: 'end', outcome: 'noEvidence', reason: `evidence: ${pipeline.message}` });
  else if (!work.session.definition.grades) await work.command({ type: 'end', outcome: 'completed' });
  else if (work.session.status === 'COLLECTING') await work.command({ type: 'startGrading' });
  return AT_ONCE;
};
