import { drivePipeline } from './drive-pipeline.ts';
import { AT_ONCE, type Visit } from './visit.ts';

/** Has the evidence graded. It needs no lab any more: a lost worker changes nothing. */
export const visitGrading: Visit = async (work) => {
  const pipeline = await drivePipeline(work, 'compute_grading');
  if (pipeline.status === 'waiting') return pipeline;
  if (pipeline.status === 'failed')
    await work.command({ type: 'end', outcome: 'gradingFailed', reason: `grading: ${pipeline.message}` });
  else await work.command({ type: 'end', outcome: 'completed' });
  return AT_ONCE;
};
