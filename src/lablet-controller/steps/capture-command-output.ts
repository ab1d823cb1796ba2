import { Refusal } from '@lcm/core/domain/refusal.ts';
import { z } from 'zod';
import { putJson } from '../content-json.ts';
import { inParallel } from '../labs/in-parallel.ts';
import { reachable } from '../site.ts';
import { labOf, type SessionStep } from './step.ts';

export const commandOutputs = z.record(z.string(), z.record(z.string(), z.string()));
export const captureCommandOutputOutput = z.object({
  /** Content key of an object of outputs by node label and command. */
  key: z.string(),
  /** Why a node gave nothing, by label. */
  failed: z.record(z.string(), z.string()),
});

/**
 * Runs the definition's commands on the consoles of their nodes. A console that does not answer is tried
 * again with the step; at its last attempt the others' output is kept without it.
 */
export const captureCommandOutput: SessionStep = {
  skip: async ({ context: work }) => {
    const { spec } = await work.definition();
    return (spec.evidence?.commands ?? []).length > 0 ? undefined : 'the definition asks for no commands';
  },
  run: async ({ context: work, signal, attempt, step }) => {
    const { spec, facts } = await work.definition();
    const { ports } = labOf(work);
    const { consoleHost } = reachable(await work.site());
    const outputs: Record<string, Record<string, string>> = {};
    const failed: Record<string, string> = {};
    await inParallel(spec.evidence?.commands ?? [], async ({ node, commands }) => {
      const serial = facts.ports.find((port) => port.node === node && port.kind === 'serial');
      const port = serial && ports[serial.name];
      if (port === undefined) {
        failed[node] = 'it has no console port';
        return;
      }
      try {
        outputs[node] = await work.deps.consoles.run(consoleHost, port, commands, signal);
      } catch (error) {
        signal.throwIfAborted();
        failed[node] = error instanceof Error ? error.message : String(error);
      }
    });
    const [first] = Object.entries(failed);
    if (first && attempt < step.retry.maxAttempts)
      throw new Refusal('unavailable', `no output of ${first[0]}: ${first[1]}`);
    return { key: await putJson(work.deps.content, outputs), failed };
  },
};
