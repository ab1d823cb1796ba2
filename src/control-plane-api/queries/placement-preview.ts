import type { BookingRequest, dryRunAnswer, Explanation } from '@lcm/core/api/sessions.ts';
import { iso, ms } from '@lcm/core/domain/time.ts';
import type { Timeslot } from '@lcm/core/domain/timeslot.ts';
import { heldWindow } from '@lcm/core/domain/timeslot.ts';
import { alternatives } from '@lcm/core/placement/alternatives.ts';
import { type ExplainedPlacement, explainPlacement } from '@lcm/core/placement/explain.ts';
import { type PlacementRequest, requestFor, requestOf } from '@lcm/core/placement/request.ts';
import { cheapestTemplate } from '@lcm/core/placement/templates.ts';
import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { bookingOf } from '../commands/booking-terms.ts';
import type { Services } from '../services.ts';
import { shareOf } from './cost.ts';
import { explainedInSight } from './explained-in-sight.ts';
import { type Picture, takePicture } from './fleet-picture.ts';
import { loadExisting } from './load.ts';
import { oneSessionView } from './views.ts';
import { viewerOf } from './visible.ts';

/** Why a session is where it is: its decision made again on the fleet as of now, with the verdict on every worker. */
export async function explainSession(services: Services, id: string, caller: Caller): Promise<Explanation> {
  const stored = await loadExisting(services.store, 'session', id);
  const definition = await loadExisting(services.store, 'definition', stored.state.definition.definitionId);
  const picture = await takePicture(services, stored.state);
  const explained = explainPlacement(
    requestOf(stored.state, definition.state),
    picture.fleet,
    picture.options,
  );
  const { standing } = await oneSessionView(services, stored, caller);
  // What was decided then is kept; what would be decided now only explains what still waits.
  const decision =
    stored.state.status === 'PENDING' ? explained.decision : (stored.state.decision ?? explained.decision);
  const { sight } = await viewerOf(services, caller);
  const told = { ...templateOf(explained), decision, workers: explained.workers };
  return { ...explainedInSight(told, picture, sight), ...(standing ? { standing } : {}) };
}

/** What a booking would come to, without booking it. */
export async function dryRun(
  services: Services,
  request: BookingRequest,
  caller: Caller,
): Promise<z.output<typeof dryRunAnswer>> {
  const settings = await services.settings.get();
  const booking = await bookingOf(services, request, caller, settings);
  const definition = await loadExisting(services.store, 'definition', booking.definition.definitionId);
  const picture = await services.picture.get();
  const asked = requestFor(definition.state, booking.timeslot, { region: booking.region });
  const explained = explainPlacement(asked, picture.fleet, picture.options);
  const { sight } = await viewerOf(services, caller);
  const { decision, workers } = explained;
  const told = explainedInSight({ ...templateOf(explained), decision, workers }, picture, sight);
  const named = new Set(told.workers.map(({ workerId }) => workerId));
  return {
    ...told,
    fits: explained.decision.outcome !== 'wait',
    costUsd: costOf(explained, picture, asked, booking.timeslot),
    alternatives: alternatives(asked, picture.fleet, picture.options)
      .map((other) => shifted(booking.timeslot, other))
      .map(({ workerId, ...slot }) =>
        workerId !== undefined && named.has(workerId) ? { ...slot, workerId } : slot,
      ),
  };
}

function templateOf({ grow }: ExplainedPlacement): Pick<Explanation, 'template'> {
  if (grow?.kind !== 'create') return {};
  const { id, name, costPerHourUsd } = grow.template;
  return { template: { id, name, costPerHourUsd } };
}

/** Dollars for the share of its worker that the session takes, lead and teardown included. */
function costOf(
  explained: ExplainedPlacement,
  picture: Picture,
  asked: PlacementRequest,
  slot: Timeslot,
): number {
  const placedOn =
    explained.workerId ?? (explained.grow?.kind === 'start' ? explained.grow.workerId : undefined);
  const template =
    explained.grow?.kind === 'create'
      ? explained.grow.template
      : (picture.workers.find(({ id }) => id === placedOn)?.template ??
        cheapestTemplate(asked, picture.templates));
  if (!template) return 0;
  const held = heldWindow(slot);
  const hours = (held.to - held.from) / 3_600_000;
  return Math.round(hours * template.costPerHourUsd * shareOf(asked.need, template) * 100) / 100;
}

function shifted(slot: Timeslot, other: { laterByMs: number; workerId?: string }) {
  const [start, end] = [iso(ms(slot.start) + other.laterByMs), iso(ms(slot.end) + other.laterByMs)];
  return { start, end, ...(other.workerId ? { workerId: other.workerId } : {}) };
}
