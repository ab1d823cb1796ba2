import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a running simulator says of itself in its data folder, for whoever looks for it there. */
export interface ProcessNote {
  pid: number;
  url: string;
}

/** Exit status of a simulator that found another at work on its data (EX_TEMPFAIL of sysexits.h). */
export const IN_USE_STATUS = 75;

/**
 * Writes the note of this process, whole or not at all. The simulator does it by itself as soon as it answers:
 * whoever started it may have died by then.
 */
export function writeProcessNote(dataDir: string, url: string): void {
  const unfinished = `${fileOf(dataDir)}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify({ pid: process.pid, url } satisfies ProcessNote));
  renameSync(unfinished, fileOf(dataDir));
}

/** The note in that folder; undefined where no simulator has run there or the last one was ended in order. */
export function readProcessNote(dataDir: string): ProcessNote | undefined {
  try {
    const { pid, url } = JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as Partial<ProcessNote>;
    return pid !== undefined && url !== undefined ? { pid, url } : undefined;
  } catch {
    // There is none, or it is no note of ours: either way nothing is known to run.
    return undefined;
  }
}

/** Whether the simulator of that note is there: something else may answer at its address by now. */
export async function stillRuns({ pid, url }: ProcessNote): Promise<boolean> {
  try {
    const health = (await (await fetch(`${url}/admin/health`)).json()) as Partial<ProcessNote>;
    return health.pid === pid;
  } catch {
    // Nobody listens there any more, or nobody who knows what is asked.
    return false;
  }
}

export function removeProcessNote(dataDir: string): void {
  rmSync(fileOf(dataDir), { force: true });
}

const fileOf = (dataDir: string) => join(dataDir, 'process.json');
