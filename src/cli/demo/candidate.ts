import type { SessionView } from '@lcm/core/api/sessions.ts';
import type { Role } from './cast.ts';
import { patiently, type Stage } from './stage.ts';

/** How long a candidate's login may take to be noticed: its event may be lost, then LDS is asked in time. */
const NOTICED_WITHIN_MS = 300_000;

/**
 * Plays the candidate's part from the moment the lab is ready, at the LDS of the simulator.
 * @param solution what to type into every device, by its label
 */
export async function play(
  role: Role,
  session: SessionView,
  solution: Readonly<Record<string, string>>,
  stage: Stage,
): Promise<void> {
  if (!role.logsIn) return;
  const { api, clock } = stage;
  const { ldsSessionId } = await api.sessions.userSession({ params: { id: session.id } });
  if (!ldsSessionId) throw new Error(`session ${session.id} is ready but has no LDS session`);
  const at = `/lds/sim/sessions/${ldsSessionId}`;
  await insist(stage, () => stage.outside('POST', `${at}/login`, {}));
  await untilRunning(session.id, stage);
  if (role.solves) await solve(solution, at, stage);
  if (role.ends === 'finishes') await insist(stage, () => stage.outside('POST', `${at}/finish`, {}));
  if (role.ends === 'isCutOff') {
    await clock.sleep(500);
    await api.sessions.cancel({
      params: { id: session.id },
      body: { reason: 'the proctor saw a phone' },
    });
  }
}

async function solve(solution: Readonly<Record<string, string>>, at: string, stage: Stage): Promise<void> {
  for (const [label, configuration] of Object.entries(solution)) {
    const path = `${at}/devices/${encodeURIComponent(label)}/configuration`;
    await insist(stage, () => stage.outside('PUT', path, { configuration, mode: 'merge' }));
  }
}

/** The login reaches the system as an event, a moment later. */
async function untilRunning(id: string, stage: Stage): Promise<void> {
  await patiently(stage, `session ${id} to notice its candidate's login`, NOTICED_WITHIN_MS, async () => {
    const { status } = await stage.api.sessions.get({ params: { id } });
    return status !== 'READY';
  });
}

/** People click again when nothing happens. */
async function insist({ clock }: Stage, click: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await click();
      return;
    } catch (error) {
      if (attempt === 5) throw error;
      await clock.sleep(300);
    }
  }
}
