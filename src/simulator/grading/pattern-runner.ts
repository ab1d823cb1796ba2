import { type AnsweringThread, startAnsweringThread } from '@lcm/adapters/threads/answering-thread.ts';

/** One pattern to be looked for in one text. */
export interface PatternSearch {
  pattern: string;
  /** JavaScript's letters. */
  flags: string;
  text: string;
}

/** Searches took longer than they may: some pattern backtracks without end. */
export class SearchTimeout extends Error {
  constructor(budgetMs: number) {
    super(`the patterns were not done within ${budgetMs} ms`);
    this.name = 'SearchTimeout';
  }
}

/** Runs regular expressions that nobody vouches for. */
export interface PatternRunner {
  /**
   * Says for each search whether it matches. Blocks until then, or until the budget is spent.
   * @param budgetMs milliseconds for all of them together
   * @throws SearchTimeout
   */
  search(searches: PatternSearch[], budgetMs: number): boolean[];
  /** Ends the thread behind it. */
  close(): Promise<void>;
}

/** Megabytes of heap; a thread that needs more dies. */
const memoryMb = 256;

/**
 * Opens a runner whose searches happen in a thread of their own, which is ended when it overruns its budget.
 * The caller waits for it, so that the same submissions give the same history on virtual time, where time
 * may not pass while a thread works; a pattern that explodes therefore costs the process its budget, not more.
 */
export function openPatternRunner(): PatternRunner {
  let thread: Thread | undefined;
  return {
    search: (searches, budgetMs) => {
      if (searches.length === 0) return [];
      const asked = thread ?? startThread();
      // It is kept only if it answers.
      thread = undefined;
      asked.ask(searches);
      const answer = asked.answerWithin(budgetMs);
      if (!answer) {
        void asked.end();
        throw new SearchTimeout(budgetMs);
      }
      thread = asked;
      return answer;
    },
    close: async () => {
      await thread?.end();
      thread = undefined;
    },
  };
}

type Thread = AnsweringThread<PatternSearch[], boolean[]>;

function startThread(): Thread {
  return startAnsweringThread(new URL('./pattern-thread.ts', import.meta.url), memoryMb);
}
