import { createHash } from 'node:crypto';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { strFromU8, strToU8, unzipSync, type Zippable, zipSync } from 'fflate';
import { z } from 'zod';

/** One piece of evidence. */
export interface EvidencePart {
  /** As rubric checks call it, e.g. `config:R1`. */
  name: string;
  /** Where it lies in the package; a number is added where two would lie in the same place. */
  path: string;
  bytes: Uint8Array;
}

const manifest = z.object({
  schema: z.literal(1),
  installation: z.string(),
  sessionId: z.string(),
  definition: z.object({ id: z.string(), name: z.string(), version: z.string() }),
  collectedAt: z.string(),
  problems: z.array(z.string()),
  /** Names of the evidence that could not be had though the lab was running. */
  unreached: z.array(z.string()).default([]),
  files: z.array(z.object({ path: z.string(), name: z.string(), bytes: z.number(), sha256: z.string() })),
});
export type EvidenceManifest = z.infer<typeof manifest>;

/** ZIP keeps local time and knows none before 1980; a fixed one makes the same evidence the same bytes. */
const ENTRY_TIME = new Date(1980, 0, 2);

/** The package as a zip file: `manifest.json` with the hash of every file, and the files. Deterministic. */
export function packEvidence(
  about: Omit<EvidenceManifest, 'schema' | 'files'>,
  parts: readonly EvidencePart[],
): Uint8Array {
  const entries: Zippable = {};
  const files: EvidenceManifest['files'] = [];
  for (const { name, path: wanted, bytes } of parts.toSorted((one, other) =>
    one.name < other.name ? -1 : 1,
  )) {
    const path = freePath(wanted, entries);
    entries[path] = bytes;
    files.push({ path, name, bytes: bytes.length, sha256: sha256(bytes) });
  }
  const written = { schema: 1, ...about, files } satisfies EvidenceManifest;
  const zip = { 'manifest.json': strToU8(`${JSON.stringify(written, null, 2)}\n`), ...entries };
  return zipSync(zip, { mtime: ENTRY_TIME, level: 6 });
}

/** What a grading reads of a package. */
export interface Evidence {
  /** By the names that rubric checks use; captures are no texts. */
  texts: Record<string, string>;
  /** Names of what could not be had though the lab was running. */
  unreached: string[];
}

/**
 * Reads a package once, for everything that a grading asks of it.
 * @throws Refusal `rule` where a file does not match its hash, or the package is none
 */
export function readEvidence(zip: Uint8Array): Evidence {
  const { files, unreached, entries } = open(zip);
  const texts: Record<string, string> = {};
  for (const { path, name, sha256: hash } of files) {
    const bytes = entries[path];
    if (!bytes || sha256(bytes) !== hash)
      throw new Refusal('rule', `the evidence package's ${path} is not what was collected`);
    if (!name.startsWith('pcap:')) texts[name] = strFromU8(bytes);
  }
  return { texts, unreached };
}

function open(zip: Uint8Array) {
  try {
    const entries = unzipSync(zip);
    const { files, unreached } = manifest.parse(
      JSON.parse(strFromU8(entries['manifest.json'] ?? new Uint8Array())),
    );
    return { files, unreached, entries };
  } catch (cause) {
    throw new Refusal('rule', 'the evidence package cannot be read', { cause });
  }
}

function freePath(wanted: string, taken: Zippable): string {
  const dot = wanted.lastIndexOf('.');
  let path = wanted;
  for (let number = 2; path in taken; number++)
    path = `${wanted.slice(0, dot)}-${number}${wanted.slice(dot)}`;
  return path;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
