import type { SessionStep } from './step.ts';

/** The candidate may come. */
export const markReady: SessionStep = {
  run: async ({ context: work }) => {
    await work.command({ type: 'markReady' });
  },
};
