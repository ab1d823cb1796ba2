import type { SessionView } from '@lcm/core/api/sessions.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Api } from '../api.ts';
import { seedSolution } from '../seeds/seed-definitions.ts';
import type { Role } from './cast.ts';

/** Where candidates work: at the LDS of the simulator. */
export interface Stage {
  api: Api;
  simulatorUrl: string;
  pause: (ms: number) => Promise<void>;
}

/** Plays the candidate's part from the moment the lab is ready. */
export async function play(role: Role, session: SessionView, stage: Stage): Promise<void> {
  if (!role.logsIn) return;
  const { ldsSessionId } = await stage.api.sessions.userSession({ params: { id: session.id } });
  if (!ldsSessionId) throw new Error(`session ${session.id} is ready but has no LDS session`);
  const at = `${stage.simulatorUrl}/lds/sim/sessions/${ldsSessionId}`;
  await insist(stage, () => post(`${at}/login`));
  await untilRunning(session.id, stage);
  if (role.solves) await solve(role.definition, at);
  if (role.ends === 'finishes') await insist(stage, () => post(`${at}/finish`));
  if (role.ends === 'isCutOff') {
    await stage.pause(500);
    await stage.api.sessions.cancel({
      params: { id: session.id },
      body: { reason: 'the proctor saw a phone' },
    });
  }
}

/** Types the solution into every device. */
async function solve(definition: string, at: string): Promise<void> {
  for (const [label, configuration] of Object.entries((await seedSolution(definition)) ?? {})) {
    await send('PUT', `${at}/devices/${encodeURIComponent(label)}/configuration`, {
      configuration,
      mode: 'merge',
    });
  }
}

/** The login reaches the system as an event, a moment later. */
async function untilRunning(id: string, { api, pause }: Stage): Promise<void> {
  for (let look = 0; look < 300; look++) {
    const { status } = await api.sessions.get({ params: { id } });
    if (status !== 'READY') return;
    await pause(100);
  }
  throw new Error(`session ${id} did not notice its candidate's login`);
}

const post = (url: string) => send('POST', url, {});

async function send(method: string, url: string, body: unknown): Promise<void> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok)
    throw new Refusal(
      'unavailable',
      `${method} ${url} answered ${answer.status}: ${(await answer.text()).slice(0, 200)}`,
    );
}

/** People click again when nothing happens. */
async function insist({ pause }: Stage, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work();
      return;
    } catch (error) {
      if (attempt === 5) throw error;
      await pause(300);
    }
  }
}
