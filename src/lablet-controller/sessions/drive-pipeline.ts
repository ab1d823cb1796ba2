import type { PipelineName, PipelineProgress } from '@lcm/core/domain/pipeline-progress.ts';
import type { SessionStatus } from '@lcm/core/domain/session-state.ts';
import { ms } from '@lcm/core/domain/time.ts';
import { advancePipeline } from '@lcm/core/pipeline/execute.ts';
import { planPipeline } from '@lcm/core/pipeline/plan.ts';
import { type SessionWork, Superseded } from '../session-work.ts';
import { STEP_HANDLERS } from '../steps/handlers.ts';
import { expressionScope } from './expression-scope.ts';

/** How a pipeline of the session stands after this look. */
export type PipelineStanding =
  | { status: 'done' }
  | { status: 'failed'; message: string; failedAt: number }
  | { status: 'waiting'; againInMs: number };

/** What kind of run is wanted of a pipeline. */
export interface WantedRun {
  /** Runs of different kinds do different things: one of another kind is not gone on with. */
  kind?: string;
  /** Milliseconds after which a failed run is followed by another; never where absent. */
  repeatAfterMs?: number;
}

/**
 * Takes the pipeline as far as it goes now. Its whole plan is written before its first step; a run that
 * another holder began is gone on with; a run of an earlier stay in this status is not.
 */
export async function drivePipeline(
  work: SessionWork,
  name: PipelineName,
  wanted: WantedRun = {},
): Promise<PipelineStanding> {
  const progress = await currentRun(work, name, wanted);
  if (progress.status !== 'RUNNING') return finished(progress);
  const { status: began } = work.session;
  const { clock, random, expressions } = work.deps;
  const readsScope = progress.plan.some(({ skipWhen }) => skipWhen !== undefined);
  const advance = await advancePipeline({
    progress,
    handlers: STEP_HANDLERS,
    context: work,
    clock,
    random,
    signal: work.signal,
    expressions,
    scope: readsScope ? await expressionScope(work) : undefined,
    save: async (steps) => {
      const { runId } = progress;
      const session = await work.command({ type: 'recordSteps', pipeline: name, runId, steps: [...steps] });
      // Anything that moves the session, but the pipeline's own last step, ends this run.
      if (session.status !== began && !MOVES[name]?.includes(session.status)) throw new Superseded(session);
    },
  });
  if (advance.status === 'WAITING') return { status: 'waiting', againInMs: advance.againInMs };
  await work.command({
    type: 'finishPipeline',
    pipeline: name,
    runId: progress.runId,
    status: advance.status,
  });
  if (advance.status !== 'FAILED') return { status: 'done' };
  return { status: 'failed', message: `${advance.step}: ${advance.message}`, failedAt: work.now() };
}

/** Where a pipeline's own steps take the session. */
const MOVES: Partial<Record<PipelineName, readonly SessionStatus[]>> = { instantiate: ['READY', 'RUNNING'] };

async function currentRun(
  work: SessionWork,
  name: PipelineName,
  wanted: WantedRun,
): Promise<PipelineProgress> {
  const latest = work.session.pipelines[name];
  if (latest && isCurrent(work, latest, wanted)) return latest;
  if (latest?.status === 'RUNNING')
    await work.command({ type: 'finishPipeline', pipeline: name, runId: latest.runId, status: 'FAILED' });
  const { spec } = await work.definition();
  const plan = planPipeline(name, spec.pipelines?.[name], Object.keys(STEP_HANDLERS));
  const runId = runIdOf(work, name, (latest?.run ?? 0) + 1, wanted.kind);
  const session = await work.decide({ type: 'planPipeline', pipeline: name, runId, plan });
  const planned = session.pipelines[name];
  if (planned?.runId !== runId) throw new Superseded(session);
  return planned;
}

function isCurrent(work: SessionWork, latest: PipelineProgress, { kind, repeatAfterMs }: WantedRun): boolean {
  if (ms(latest.startedAt) < ms(work.session.statusSince)) return false;
  if (latest.runId !== runIdOf(work, latest.name, latest.run, kind)) return false;
  if (latest.status !== 'FAILED' || repeatAfterMs === undefined) return true;
  return work.now() < ms(latest.endedAt ?? latest.startedAt) + repeatAfterMs;
}

function runIdOf({ session }: SessionWork, name: PipelineName, run: number, kind?: string): string {
  return `${session.id}/${name}/${run}${kind ? `/${kind}` : ''}`;
}

/** A run that was finished before a crash could act on it. */
function finished(progress: PipelineProgress): PipelineStanding {
  if (progress.status !== 'FAILED') return { status: 'done' };
  const failed = Object.values(progress.steps).find(({ status }) => status === 'FAILED');
  const message = failed ? `${failed.name}: ${failed.message ?? 'no reason given'}` : 'no step has failed';
  return { status: 'failed', message, failedAt: ms(progress.endedAt ?? progress.startedAt) };
}
