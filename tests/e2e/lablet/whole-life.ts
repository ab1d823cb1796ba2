import { seedSolution } from '@lcm/cli/seeds/seed-definitions.ts';
import { isFinal } from '@lcm/core/domain/decider.ts';
import { LAB_TRANSITIONS } from '@lcm/core/domain/lab-record.ts';
import { SESSION_TRANSITIONS } from '@lcm/core/domain/session.ts';
import { expect } from 'vitest';
import type { Lablets } from './lablet.fixture.ts';

/** The definition whose labs are built, and solved. */
export const NAME = 'static-routing-basics';
const solution = (await seedSolution(NAME)) ?? {};

/** Where a session is played. */
export interface Stage {
  definitionId: string;
  workerId: string;
}

/**
 * Books a session and plays whoever has to do with it, scheduler and candidate, until its end. Its id.
 * @param meanwhile is called at every look
 */
export async function playLife(
  on: Lablets,
  { definitionId, workerId }: Stage,
  meanwhile: () => void | Promise<void> = () => {},
): Promise<string> {
  const { id } = await on.admin.sessions.book({ body: { definitionId, durationSeconds: 1_800 } });
  let placements = 0;
  let solved = false;
  const play = async (): Promise<boolean> => {
    await meanwhile();
    const { status, userSession } = await on.session(id);
    if (status === 'PENDING') {
      await on.release(id);
      await on.place(id, workerId, `p-${id}-${++placements}`);
    }
    if (status === 'READY' && userSession?.ldsSessionId) await on.sim(id, 'login');
    if (status === 'RUNNING' && !solved) {
      solved = true;
      for (const [label, configuration] of Object.entries(solution))
        await on.sim(id, `devices/${label}/configuration`, 'PUT', { configuration, mode: 'merge' });
      await on.sim(id, 'finish');
    }
    if (status === 'STOPPED') await on.release(id);
    return isFinal(SESSION_TRANSITIONS, status);
  };
  await on.until('the end', play, 3_600_000);
  return id;
}

/** Fails where anything was left behind or doubled. The score, if there is one, and how the session ended. */
export async function expectNothingLeft(on: Lablets, { id, workerId }: { id: string; workerId: string }) {
  // A lab that nobody has worked in may wait for the next session; nothing else stays.
  const kept = await on.labs.list();
  const pooled = kept.filter(
    ({ notes, state }) => notes.includes('lcm:test/pool/') && state === 'DEFINED_ON_CORE',
  );
  expect(kept).toEqual(pooled);
  const lds = await on.ldsSessions(id);
  expect(lds.filter(({ state }) => state !== 'ARCHIVED')).toEqual([]);
  const { items: records } = await on.admin.labRecords.list({ query: { workerId } });
  const live = records.filter(({ status }) => !isFinal(LAB_TRANSITIONS, status));
  expect(live.map(({ cmlLabId, boundTo }) => [cmlLabId, boundTo])).toEqual(
    kept.map((lab) => [lab.id, undefined]),
  );
  const ledger = await on.admin.workers.ledger({ params: { id: workerId } });
  expect(ledger.reservations).toEqual({});
  const ports = live.flatMap((record) => Object.values(record.ports).map(String));
  expect(Object.keys(ledger.ports)).toEqual(ports);
  const { items: reports } = await on.admin.sessions.scoreReports({ params: { id } });
  const { scoreReportId, ending } = await on.session(id);
  // One score for a session that was completed; never two.
  expect(reports.map((report) => report.id)).toEqual(scoreReportId ? [scoreReportId] : []);
  return { score: reports[0]?.score, outcome: ending?.outcome };
}
