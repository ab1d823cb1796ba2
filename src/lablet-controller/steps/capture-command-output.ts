import { Refusal } from '@lcm/core/domain/refusal.ts';
import { z } from 'zod';
import { putJson } from '../content-json.ts';
import { inParallel } from '../labs/in-parallel.ts';
import { wasPaused } from '../labs/was-paused.ts';
import { reachable } from '../site.ts';
import { labOf, type SessionStep } from './step.ts';

export const commandOutputs = z.record(z.string(), z.record(z.string(), z.string()));
export const captureCommandOutputOutput = z.object({
  /** Content key of an object of outputs by node label and command. */
  key: z.string(),
  /** Why a node gave nothing, by label. */
  failed: z.record(z.string(), z.string()),
  /** Names of the evidence that running devices should have given and did not. */
  unreached: z.array(z.string()),
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
    const wanted = spec.evidence?.commands ?? [];
    // A paused session that ran out of time is graded by what was read back when its lab was stopped.
    if (wasPaused(work.session)) {
      for (const { node } of wanted) failed[node] = 'the lab is off';
      return { key: await putJson(work.deps.content, outputs), failed, unreached: [] };
    }
    await inParallel(wanted, async ({ node, commands }) => {
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
    const unreached = wanted.flatMap(({ node, commands }) =>
      node in failed ? commands.map((command) => `output:${node}:${command}`) : [],
    );
    return { key: await putJson(work.deps.content, outputs), failed, unreached };
  },
};
