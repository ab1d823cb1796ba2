import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import type { StepCall, StepHandler } from '@lcm/core/pipeline/step-handler.ts';
import type { z } from 'zod';
import type { SessionWork } from '../session-work.ts';

/** A step of a session's pipeline. */
export type SessionStep = StepHandler<SessionWork>;
export type SessionStepCall = StepCall<SessionWork>;

/** What an earlier step gave, checked. @throws Refusal `rule` where it gave something else, or was not run */
export function outputOf<Schema extends z.ZodType>(
  { outputs }: Pick<SessionStepCall, 'outputs'>,
  step: string,
  schema: Schema,
): z.output<Schema> {
  const read = schema.safeParse(outputs[step]);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Refusal(
    'rule',
    `step ${step} has not given ${issue?.path.join('.') || 'its output'}: run it before`,
  );
}

/** The session's lab. @throws Refusal `rule` where none is bound */
export function labOf({ session }: SessionWork): NonNullable<Session['lab']> {
  if (session.lab) return session.lab;
  throw new Refusal('rule', `session ${session.id} has no lab`);
}

/** Whether the session stops only to go on: what it holds is kept. */
export function keepsEverything({ ending, afterStop }: Session): boolean {
  return !ending && (afterStop === 'stay' || afterStop === 'restart' || afterStop === 'reset');
}
