import { z } from 'zod';
import { getJson } from '../content-json.ts';
import { type EvidencePart, packEvidence } from '../evidence/package.ts';
import { captureCommandOutputOutput, commandOutputs } from './capture-command-output.ts';
import { captureConfigsOutput } from './capture-configs.ts';
import { exportPcapsOutput } from './export-pcaps.ts';
import { outputOf, type SessionStep, type SessionStepCall } from './step.ts';

/** Puts everything that was collected into one package, with a manifest, and keeps it for good. */
export const packageEvidence: SessionStep = {
  run: async (call) => {
    const work = call.context;
    const { id, definition, statusSince } = work.session;
    const parts = await collected(call);
    const bytes = packEvidence(
      {
        installation: work.deps.installation,
        sessionId: id,
        definition: { id: definition.definitionId, name: definition.name, version: definition.version },
        collectedAt: statusSince,
        problems: problemsIn(call),
        unreached: await unreachedIn(call),
      },
      parts,
    );
    const evidenceKey = await work.deps.content.put(bytes);
    await work.command({ type: 'recordEvidence', evidenceKey });
    return { evidenceKey, parts: parts.length };
  },
};

async function collected(call: SessionStepCall): Promise<EvidencePart[]> {
  const { content } = call.context.deps;
  const parts: EvidencePart[] = [];
  const encoder = new TextEncoder();
  if (call.outputs['capture_configs']) {
    const { key } = outputOf(call, 'capture_configs', captureConfigsOutput);
    const configurations = await getJson(content, key, z.record(z.string(), z.string()));
    for (const [label, text] of Object.entries(configurations))
      parts.push({
        name: `config:${label}`,
        path: `configs/${fileName(label)}.txt`,
        bytes: encoder.encode(text),
      });
  }
  if (call.outputs['capture_command_output']) {
    const { key } = outputOf(call, 'capture_command_output', captureCommandOutputOutput);
    for (const [label, byCommand] of Object.entries(await getJson(content, key, commandOutputs)))
      for (const [command, text] of Object.entries(byCommand))
        parts.push({
          name: `output:${label}:${command}`,
          path: `outputs/${fileName(label)}/${fileName(command)}.txt`,
          bytes: encoder.encode(text),
        });
  }
  if (call.outputs['export_pcaps']) {
    const { keys } = outputOf(call, 'export_pcaps', exportPcapsOutput);
    for (const [link, key] of Object.entries(keys))
      parts.push({
        name: `pcap:${link}`,
        path: `pcaps/${fileName(link)}.pcap`,
        bytes: await content.get(key),
      });
  }
  return parts;
}

/** What went wrong on the way, for whoever looks at the evidence later. */
function problemsIn(call: SessionStepCall): string[] {
  const configs = captureConfigsOutput.safeParse(call.outputs['capture_configs']);
  const outputs = captureCommandOutputOutput.safeParse(call.outputs['capture_command_output']);
  const lines = [
    ...Object.entries(configs.success ? configs.data.notExtracted : {}),
    ...Object.entries(outputs.success ? outputs.data.failed : {}),
  ];
  return lines.map(([label, why]) => `${label}: ${why}`).sort();
}

async function unreachedIn(call: SessionStepCall): Promise<string[]> {
  const configs = captureConfigsOutput.safeParse(call.outputs['capture_configs']);
  return [...(configs.success ? configs.data.unreached : []), ...(await unreachedOutputs(call))];
}

/** A step that gave up altogether has said nothing, and so has reached nothing. */
async function unreachedOutputs(call: SessionStepCall): Promise<string[]> {
  const told = captureCommandOutputOutput.safeParse(call.outputs['capture_command_output']);
  if (told.success) return told.data.unreached;
  const { spec } = await call.context.definition();
  return (spec.evidence?.commands ?? []).flatMap(({ node, commands }) =>
    commands.map((command) => `output:${node}:${command}`),
  );
}

const fileName = (text: string): string => text.replace(/[^A-Za-z0-9._-]+/g, '_').slice(0, 100);
