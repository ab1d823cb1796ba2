import { Refusal } from '@lcm/core/domain/refusal.ts';

/** The answer; undefined where there is no such thing. */
export async function orMissing<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (refusal) {
    if (refusal instanceof Refusal && refusal.code === 'notFound') return undefined;
    throw refusal;
  }
}

/** What stands there; undefined where there is no such thing. */
export async function unlessMissing<State>(asked: Promise<{ state: State }>): Promise<State | undefined> {
  return (await orMissing(asked))?.state;
}
