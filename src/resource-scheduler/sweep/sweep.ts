import type { ReconcileContext } from '@lcm/core/controller/controller.ts';
import { liveStatuses } from '@lcm/core/domain/decider.ts';
import { SESSION_TRANSITIONS } from '@lcm/core/domain/session.ts';
import { allPages } from '../client.ts';
import { prolongOverruns } from './overruns.ts';
import { adjustPlans } from './plans.ts';
import { withdrawStaleMoves } from './proposals.ts';
import { releaseLeftovers } from './releases.ts';
import type { SweepOptions } from './swept.ts';
import { Unclaimed } from './unclaimed.ts';
import { Unsettled } from './unsettled.ts';

/** Sessions of one request: so many that the control plane is held up for some milliseconds only. */
const PAGE = 200;
const LIVE = liveStatuses(SESSION_TRANSITIONS);

/**
 * Repairs what crashes leave between two commits: placements that were given up but not released,
 * moves and changes of slots that were begun and not finished, and reservations that no session claims. Keeps
 * for sessions that overrun their slot what they still use, and plans in step with what is booked on them.
 */
export class Sweep {
  readonly #options: SweepOptions;
  readonly #unclaimed = new Unclaimed();
  readonly #unsettled = new Unsettled();

  constructor(options: SweepOptions) {
    this.#options = options;
  }

  async run({ headers }: Pick<ReconcileContext, 'headers'>): Promise<void> {
    const { internal } = this.#options.client;
    // Ledgers as of before: a reservation that is in them was proposed by a session before.
    const ledgers = [...this.#options.picture.ledgers.all.values()];
    const where = JSON.stringify({ status: LIVE });
    const sessions = await allPages((cursor) =>
      internal.sessions.list({ query: { where, limit: PAGE, cursor } }),
    );
    const swept = { ...this.#options, sessions, ledgers, headers };
    await releaseLeftovers(swept);
    await withdrawStaleMoves(swept);
    await this.#unclaimed.release(swept);
    await this.#unsettled.settle(swept);
    await prolongOverruns(swept);
    await adjustPlans(swept);
  }
}
