import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { type Api, apiAs } from '@lcm/cli/api.ts';
import { startEmbedded } from '@lcm/cli/compose/embedded.ts';
import { readConfig } from '@lcm/cli/config.ts';
import { DEMO_ADMIN } from '@lcm/cli/credentials/log-in.ts';
import type { LedgerEntry } from '@lcm/simulator/ledger.ts';
import type { Delays } from '@lcm/simulator/world.ts';

/** Settings of a system that wastes no time, as environment variables. */
export const HASTE = {
  LCM_WORKER_LEAD_SECONDS: '5',
  LCM_LAB_LEAD_SECONDS: '5',
  LCM_TEARDOWN_SECONDS: '20',
  LCM_IDLE_TIMEOUT_SECONDS: '3',
  LCM_STOPPED_RETENTION_SECONDS: '1',
};

/** A simulated world in which nothing takes long, in milliseconds. */
export const SHORT_DELAYS: Delays = {
  instanceBootMs: 300,
  cmlBootMs: 200,
  instanceStopMs: 200,
  licenceMs: 200,
  nodeBootMs: 300,
  labStopMs: 200,
  gradingMs: 200,
};

/** A folder for one test file. */
export function temporaryFolder(name: string): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `lcm-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 10 }) };
}

/** The embedded system on any free port, in a folder of its own, with its simulator; all in a hurry. */
export interface HastySystem {
  url: string;
  api: Api;
  outside: Outside;
  stop(): Promise<void>;
}

export async function startHastySystem(name: string): Promise<HastySystem> {
  const folder = temporaryFolder(name);
  try {
    const config = readConfig({ ...HASTE, LCM_PORT: '0', LCM_DATA_DIR: folder.path });
    const system = await startEmbedded(config);
    const stop = async () => {
      await system.stop();
      folder.remove();
    };
    const outside = outsideAt(system.simulatorUrl);
    await outside.setDelays(SHORT_DELAYS);
    return { url: system.url, api: apiAs(system.url, DEMO_ADMIN), outside, stop };
  } catch (error) {
    folder.remove();
    throw error;
  }
}

/** What a test can do to the simulated world from outside, over HTTP. */
export type Outside = ReturnType<typeof outsideAt>;

/** The simulated world at that address: its levers, its books, and its candidates. */
export function outsideAt(simulatorUrl: string) {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(simulatorUrl + path, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text.slice(0, 300)}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const device = (ldsSessionId: string, label: string) =>
    `/lds/sim/sessions/${ldsSessionId}/devices/${encodeURIComponent(label)}/configuration`;
  return {
    setDelays: (delays: Partial<Delays>) => ask('PUT', '/admin/delays', delays),
    /** Everything that is or was there, and what is there now. */
    ledger: async () => (await ask('GET', '/admin/ledger')) as { open: LedgerEntry[]; all: LedgerEntry[] },
    /** Instances, those that were terminated within the last hour included. */
    instances: async () =>
      (await ask('GET', '/admin/instances')) as { id: string; tags: Record<string, string> }[],
    /** Lab sessions at LDS that carry this reference, as it shows them. */
    ldsSessions: async (reference: string) =>
      (await ask('GET', `/lds/sim/sessions?reference=${encodeURIComponent(reference)}`)) as { id: string }[],
    login: (ldsSessionId: string) => ask('POST', `/lds/sim/sessions/${ldsSessionId}/login`, {}),
    finish: (ldsSessionId: string) => ask('POST', `/lds/sim/sessions/${ldsSessionId}/finish`, {}),
    readDevice: async (ldsSessionId: string, label: string) =>
      ((await ask('GET', device(ldsSessionId, label))) as { configuration: string }).configuration,
    writeDevice: (ldsSessionId: string, label: string, configuration: string, mode: 'merge' | 'replace') =>
      ask('PUT', device(ldsSessionId, label), { configuration, mode }),
  };
}

/**
 * Looks again and again, on real time, until there is something.
 * @throws after `patienceMs`, with what `state` says then
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  patienceMs = 120_000,
  state: () => unknown = () => '',
): Promise<T> {
  const deadline = systemClock.monotonic() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (systemClock.monotonic() > deadline)
      throw new Error(`waited ${patienceMs / 1000} s in vain for ${what} ${String(await state())}`);
    await systemClock.sleep(100);
  }
}
