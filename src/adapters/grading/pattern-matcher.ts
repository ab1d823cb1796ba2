import { type AnsweringThread, startAnsweringThread } from '../threads/answering-thread.ts';
import type { PatternAnswer, PatternQuestion } from './pattern-thread.ts';

/** Runs regular expressions that nobody vouches for. */
export interface PatternMatcher {
  /**
   * Whether the pattern, with JavaScript's flag letters, is found in the text.
   * @throws PatternTimeout where that takes longer than it may
   * @throws SyntaxError for what is no pattern
   */
  match(pattern: string, flags: string, text: string): Promise<boolean>;
  /** Ends the thread behind it. */
  close(): Promise<void>;
}

/** A pattern was not done in time: it backtracks without end. */
export class PatternTimeout extends Error {
  constructor(pattern: string, budgetMs: number) {
    super(`the pattern ${pattern.slice(0, 100)} was not done within ${budgetMs} ms`);
    this.name = 'PatternTimeout';
  }
}

/**
 * How long the caller's thread waits by itself, milliseconds of real time. Honest patterns take a fraction of
 * it, so that on virtual time no time passes with them; one that takes longer blocks nobody.
 */
const BLOCKING_MS = 50;
/** Megabytes of heap; a thread that needs more dies. */
const MEMORY_MB = 128;

/**
 * Patterns are matched in a thread of their own, since a regular expression cannot be interrupted in its
 * thread: one that overruns its budget is ended together with it. One match at a time.
 * @param budgetMs milliseconds of real time for one match
 */
export function patternMatcher(budgetMs = 2_000): PatternMatcher {
  let thread: Thread | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const match = async (question: PatternQuestion): Promise<boolean> => {
    const asked = thread ?? startThread();
    // It is kept only if it answers.
    thread = undefined;
    const answer = await ask(asked, question, budgetMs);
    if (!answer) {
      await asked.end();
      throw new PatternTimeout(question.pattern, budgetMs);
    }
    thread = asked;
    if ('error' in answer) throw new SyntaxError(answer.error);
    return answer.found;
  };

  return {
    match: (pattern, flags, text) => {
      const turn = last.then(() => match({ pattern, flags, text }));
      last = turn.catch(() => undefined);
      return turn;
    },
    close: async () => {
      await last;
      await thread?.end();
      thread = undefined;
    },
  };
}

type Thread = AnsweringThread<PatternQuestion, PatternAnswer>;

function startThread(): Thread {
  return startAnsweringThread(new URL('./pattern-thread.ts', import.meta.url), MEMORY_MB);
}

async function ask(
  thread: Thread,
  question: PatternQuestion,
  budgetMs: number,
): Promise<PatternAnswer | undefined> {
  thread.ask(question);
  return (
    thread.answerWithin(Math.min(BLOCKING_MS, budgetMs)) ??
    (await thread.answerLater(Math.max(0, budgetMs - BLOCKING_MS)))
  );
}
