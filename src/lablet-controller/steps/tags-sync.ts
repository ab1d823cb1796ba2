import { Refusal } from '@lcm/core/domain/refusal.ts';
import { parseTopology } from '@lcm/core/topology/parse-topology.ts';
import { writePorts } from '@lcm/core/topology/write-ports.ts';
import { z } from 'zod';
import { inParallel } from '../labs/in-parallel.ts';
import { markersIn, withMarker } from '../labs/marker.ts';
import type { SessionWork } from '../session-work.ts';
import { type ReachableSite, reachable } from '../site.ts';
import { labResolveOutput } from './lab-resolve.ts';
import { portsAllocOutput } from './ports-alloc.ts';
import { outputOf, type SessionStep } from './step.ts';
import { variablesOutput } from './variables.ts';

export const tagsSyncOutput = z.object({ cmlLabId: z.string(), warnings: z.array(z.string()) });
type Synced = z.infer<typeof tagsSyncOutput>;

/**
 * Makes the lab at CML carry the ports that it was given, and the marker of its session: a new lab is
 * imported with them, one that is there has its nodes' tags, title and notes put right.
 */
export const tagsSync: SessionStep = {
  run: async (call): Promise<Synced> => {
    const work = call.context;
    const site = reachable(await work.site());
    const { cmlLabId, labRecordId } = outputOf(call, 'lab_resolve', labResolveOutput);
    const names = outputOf(call, 'variables', variablesOutput);
    const { ports } = outputOf(call, 'ports_alloc', portsAllocOutput);
    const { facts } = await work.definition();
    const text = await work.topologyText();
    const written = writePorts(text, { ports, portDefinitions: facts.ports, ...names });
    if (cmlLabId === undefined) return imported(work, site, { labRecordId, written, marker: names.marker });
    await putRight(work, site, { cmlLabId, written, ...names });
    return { cmlLabId, warnings: [] };
  },
};

interface Import {
  labRecordId: string;
  written: string;
  marker: string;
}

/** CML knows no idempotency key: an import that was begun before is looked for by its marker. */
async function imported(work: SessionWork, { labs }: ReachableSite, wanted: Import): Promise<Synced> {
  const { labRecordId, written, marker } = wanted;
  const known = await work.labRecord(labRecordId);
  const recorded = async (cmlLabId: string, warnings: string[]): Promise<Synced> => {
    await work.commandLabRecord(labRecordId, { type: 'recordImported', cmlLabId });
    return { cmlLabId, warnings };
  };
  if (known?.cmlLabId !== undefined) return { cmlLabId: known.cmlLabId, warnings: [] };
  const found = (await labs.list()).find(({ notes }) => notes.split('\n').includes(marker));
  if (found) return recorded(found.id, []);
  work.holdFast();
  try {
    const { labId, warnings } = await labs.import(written);
    return await recorded(labId, warnings);
  } catch (refusal) {
    // CML looked at the topology and does not want it: there is no lab, and there will be none.
    if (refusal instanceof Refusal && refusal.code === 'rule')
      await work.commandLabRecord(labRecordId, { type: 'become', status: 'ERROR', error: refusal.message });
    throw refusal;
  }
}

interface Wanted {
  cmlLabId: string;
  written: string;
  title: string;
  marker: string;
}

async function putRight(work: SessionWork, { labs }: ReachableSite, wanted: Wanted): Promise<void> {
  const { cmlLabId, written, title, marker } = wanted;
  const lab = await labs.get(cmlLabId);
  if (!lab) throw new Refusal('rule', `CML has no lab ${cmlLabId} any more`);
  // A lab that was kept over a pause keeps its marker too: it names the attempt that made it.
  const isMarked = markersIn(lab.notes).some(({ session }) => session === work.session.id);
  if (!isMarked) {
    work.holdFast();
    await labs.patch(cmlLabId, { title, notes: withMarker(lab.notes, marker) });
  }
  const tagsByLabel = new Map(parseTopology(written).nodes.map(({ label, tags }) => [label, tags]));
  const wrong = (await labs.nodes(cmlLabId)).filter(({ label, tags }) => {
    const right = tagsByLabel.get(label);
    return right !== undefined && right.toSorted().join('\n') !== tags.toSorted().join('\n');
  });
  await inParallel(wrong, async ({ id, label }) => {
    work.holdFast();
    await labs.setTags(cmlLabId, id, tagsByLabel.get(label) ?? []);
  });
}
