import { iso, ms } from '@lcm/core/domain/time.ts';
import { latestUse } from './activity.ts';
import type { LiveCml } from './cml-server.ts';
import { needed } from './needs.ts';
import type { Next, Visit } from './visit.ts';

/**
 * RUNNING with nobody on it, nobody due and nobody at work on its CML for the idle time-out: drains. All of
 * it is checked once more after the ledger takes no more bookings; one that came first keeps the worker.
 */
export async function stopIfIdle(visit: Visit, cml: LiveCml): Promise<Next> {
  const { settings, deps } = visit;
  const watch = { againInMs: deps.limits.watchMs };
  if (!settings.idleDetection.enabled) return watch;
  const idleAt = usedLast(visit) + settings.idleDetection.timeoutSeconds * 1000;
  if (visit.now() < idleAt) return { againInMs: Math.min(watch.againInMs, idleAt - visit.now()) };
  const isNeeded = (ledger: Awaited<ReturnType<Visit['ledger']>>) =>
    needed(ledger, settings, deps.limits.idleGraceSeconds, visit.now()) !== undefined;
  if (isNeeded(await visit.ledger()) || (await deps.fleet.tripped())) return watch;
  return deps.fleet.disrupt(async (running) => {
    if (running <= settings.minWarmWorkers) return watch;
    if (isNeeded(await visit.actOnLedger({ type: 'drain' })) || (await wasUsed(visit, cml))) {
      await visit.actOnLedger({ type: 'reopen' });
      return watch;
    }
    const reason = `idle for ${Math.round((visit.now() - usedLast(visit)) / 1000)} s`;
    await visit.act({ type: 'drain', reason });
    return { againInMs: 0 };
  });
}

/** When it was last of use, or may have been: milliseconds since the epoch. */
function usedLast(visit: Visit): number {
  const { statusSince, lastActivityAt, snoozedUntil } = visit.worker;
  const { timeoutSeconds } = visit.settings.idleDetection;
  const used = Math.max(ms(statusSince), lastActivityAt ? ms(lastActivityAt) : 0);
  // A snooze ends when it says, not a whole time-out later.
  return snoozedUntil ? Math.max(used, ms(snoozedUntil) - timeoutSeconds * 1000) : used;
}

async function wasUsed(visit: Visit, { server }: LiveCml): Promise<boolean> {
  const at = latestUse(await server.system.activities(iso(usedLast(visit))));
  if (!at) return false;
  await visit.observe({ lastActivityAt: at });
  return true;
}
