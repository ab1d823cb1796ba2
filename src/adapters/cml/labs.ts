import { Refusal, type RefusalCode } from '@lcm/core/domain/refusal.ts';
import type { CmlLab, CmlLabs, CmlNode } from '@lcm/core/spi/cml.ts';
import { z } from 'zod';
import { configurations, imported, lab, links, nodes, read } from './answers.ts';
import type { CmlConnection } from './connection.ts';

/** Requests for single labs that are under way at once. */
const LABS_AT_ONCE = 8;
/** Importing 300 nodes takes CML its time. */
const IMPORT_TIMEOUT_MS = 120_000;

/** The labs side of one CML server, over its REST API v0. */
export function cmlLabs(connection: CmlConnection): CmlLabs {
  const path = (labId: string, rest = '') => `labs/${encodeURIComponent(labId)}${rest}`;
  const onNode = (labId: string, nodeId: string, rest = '') =>
    path(labId, `/nodes/${encodeURIComponent(nodeId)}${rest}`);
  const onCapture = (labId: string, linkId: string, rest: string) =>
    path(labId, `/links/${encodeURIComponent(linkId)}/capture/${rest}`);
  const run = async (labId: string, verb: 'start' | 'stop' | 'wipe') => {
    await connection.json('PUT', path(labId, `/${verb}`));
  };
  const get = (labId: string): Promise<CmlLab | undefined> =>
    unlessRefused(['notFound'], async () => labOf(await connection.json('GET', path(labId))));

  return {
    list: async () => {
      const ids = read(z.array(z.string()), await connection.json('GET', 'labs?show_all=true'));
      const found: CmlLab[] = [];
      for (let at = 0; at < ids.length; at += LABS_AT_ONCE) {
        const some = await Promise.all(ids.slice(at, at + LABS_AT_ONCE).map(get));
        found.push(...some.flatMap((one) => one ?? []));
      }
      return found;
    },
    get,
    import: async (topology) => {
      const answer = await connection.json('POST', 'import', { raw: topology }, IMPORT_TIMEOUT_MS);
      const { id, warnings } = read(imported, answer);
      return { labId: id, warnings: (warnings ?? []).map(String) };
    },
    patch: async (labId, change) => {
      await connection.json('PATCH', path(labId), { json: change });
    },
    start: (labId) => run(labId, 'start'),
    stop: (labId) => run(labId, 'stop'),
    wipe: (labId) => run(labId, 'wipe'),
    delete: async (labId) => {
      try {
        await unlessRefused(['notFound'], () => connection.json('DELETE', path(labId)));
      } catch (error) {
        // CML says 400 or 403 of a lab that is not stopped and wiped.
        if (error instanceof Refusal && error.code === 'rule')
          throw new Refusal('conflict', error.message, { facts: error.facts, cause: error });
        throw error;
      }
    },
    nodes: async (labId) => {
      const query = '/nodes?data=true&operational=true&exclude_configurations=true';
      return read(nodes, await connection.json('GET', path(labId, query))).map(nodeOf);
    },
    setTags: async (labId, nodeId, tags) => {
      await connection.json('PATCH', onNode(labId, nodeId), { json: { tags } });
    },
    extractConfiguration: async (labId, nodeId) => {
      try {
        await connection.json('PUT', onNode(labId, nodeId, '/extract_configuration'));
        return { extracted: true };
      } catch (error) {
        // The node is not up, or of a kind that has nothing to extract; all else may pass.
        if (!(error instanceof Refusal) || error.code !== 'rule') throw error;
        return { extracted: false, message: String(error.facts['description'] ?? error.message) };
      }
    },
    configurations: async (labId) => {
      const answer = await connection.json('GET', path(labId, '/topology?exclude_configurations=false'));
      const entries = read(configurations, answer).nodes.map(
        ({ label, configuration }) => [label, textOf(configuration)] as const,
      );
      return Object.fromEntries(entries);
    },
    links: async (labId) =>
      read(links, await connection.json('GET', path(labId, '/links?data=true'))).map(
        ({ id, label, state }) => ({ id, label: label ?? id, state }),
      ),
    startCapture: async (labId, linkId, { maxPackets }) => {
      await connection.json('PUT', onCapture(labId, linkId, 'start'), { json: { maxpackets: maxPackets } });
    },
    stopCapture: async (labId, linkId) => {
      await unlessRefused(['notFound'], () => connection.json('PUT', onCapture(labId, linkId, 'stop')));
    },
    capture: (labId, linkId) =>
      unlessRefused(['notFound'], async () => {
        const key = read(z.string(), await connection.json('GET', onCapture(labId, linkId, 'key')));
        return connection.bytes(`pcap/${encodeURIComponent(key)}`);
      }),
  };
}

async function unlessRefused<T>(
  codes: readonly RefusalCode[],
  ask: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Refusal && codes.includes(error.code)) return undefined;
    throw error;
  }
}

function labOf(answer: unknown): CmlLab {
  const known = read(lab, answer);
  return {
    id: known.id,
    title: known.lab_title ?? '',
    notes: known.lab_notes ?? '',
    owner: known.owner_username ?? known.owner ?? '',
    state: known.state,
    nodeCount: known.node_count,
    linkCount: known.link_count,
  };
}

function nodeOf(known: z.infer<typeof nodes>[number]): CmlNode {
  return {
    id: known.id,
    label: known.label,
    nodeDefinition: known.node_definition,
    state: known.state,
    tags: known.tags ?? [],
    cpus: known.operational?.cpus ?? known.cpus ?? 0,
    memoryMb: known.operational?.ram ?? known.ram ?? 0,
    x: known.x,
    y: known.y,
  };
}

/** A node may have several files (since CML 2.7); together they are its configuration. */
function textOf(configuration: string | { content: string }[] | null | undefined): string {
  if (typeof configuration === 'string') return configuration;
  return (configuration ?? []).map(({ content }) => content).join('\n');
}
