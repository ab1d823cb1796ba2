import type { BookingRequest } from '@lcm/core/api/sessions.ts';
import type { Definition } from '@lcm/core/domain/definition-state.ts';
import { type Owner, ownerKey } from '@lcm/core/domain/person.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Booking } from '@lcm/core/domain/session.ts';
import type { SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import { iso, ms } from '@lcm/core/domain/time.ts';
import type { Timeslot } from '@lcm/core/domain/timeslot.ts';
import { decidePlacement } from '@lcm/core/placement/decide.ts';
import { requestFor } from '@lcm/core/placement/request.ts';
import semver from 'semver';
import { booksForOthers } from '../auth/access-rules.ts';
import { asOwner, type Caller } from '../auth/caller.ts';
import { inSight, type Sight, sightOf } from '../auth/fleet-sight.ts';
import type { Services } from '../services.ts';
import { refuseTooFar } from './furthest-slot.ts';

/** Starts may lie this far back: the request was under way. */
const GRACE_MS = 60_000;

/** What the request comes to, every rule across its fields checked; also the ground of a dry run. */
export async function bookingOf(
  services: Services,
  request: BookingRequest,
  caller: Caller,
  settings: SystemSettingsValues,
): Promise<Omit<Booking, 'id'>> {
  const definition = await bookable(services, request);
  const { spec, facts } = definition;
  refuseOutOfSight(request, sightOf(caller, settings.visibility));
  const owner = ownerOf(request, caller);
  refuseOwnAccommodation(request, caller);
  return {
    definition: {
      definitionId: definition.id,
      name: spec.name,
      version: spec.version,
      need: facts.need,
      collectsEvidence:
        spec.evidence !== undefined || (spec.grading?.rubric !== undefined && spec.grading.engine !== 'none'),
      grades: spec.grading?.rubric !== undefined && spec.grading.engine !== 'none',
    },
    owner,
    department: departmentOf(request, caller),
    candidate: request.candidate,
    reservationId: request.reservationId,
    region: request.region,
    timeslot: await slotFor(services, request, definition, settings),
    noShowAfterSeconds: request.noShowAfterSeconds ?? spec.noShowAfterSeconds,
  };
}

async function bookable(services: Services, request: BookingRequest): Promise<Definition> {
  const definition = request.definitionId
    ? (await services.store.load<Definition>('definition', request.definitionId))?.state
    : await newestActive(services, request);
  const wanted = request.definitionId ?? request.definition?.name ?? '';
  if (!definition) {
    throw new Refusal('notFound', `there is no active definition ${wanted}`, {
      fields: [
        {
          pointer: request.definitionId ? '/definitionId' : '/definition',
          message: 'no such active definition',
        },
      ],
    });
  }
  if (definition.status === 'ACTIVE') return definition;
  throw new Refusal(
    'conflict',
    `definition ${definition.spec.name} ${definition.spec.version} is ${definition.status} and cannot be booked`,
    {
      facts: { status: definition.status },
    },
  );
}

async function newestActive(
  services: Services,
  { definition }: BookingRequest,
): Promise<Definition | undefined> {
  if (!definition) {
    throw new Refusal('rule', 'a booking needs definitionId or definition', {
      fields: [{ pointer: '/definitionId', message: 'is needed, unless definition is given' }],
    });
  }
  const page = await services.store.list<Definition>('definition', {
    where: { 'spec.name': definition.name },
    limit: 1_000,
  });
  const candidates = page.items
    .map(({ state }) => state)
    .filter(({ spec, status }) =>
      definition.version ? spec.version === definition.version : status === 'ACTIVE',
    );
  return candidates.sort((one, other) => semver.rcompare(one.spec.version, other.spec.version))[0];
}

function ownerOf(request: BookingRequest, caller: Caller): Owner {
  if (!request.owner) return asOwner(caller);
  if (booksForOthers(caller) || ownerKey(request.owner) === ownerKey(asOwner(caller))) return request.owner;
  throw new Refusal('forbidden', 'only managers and admins book for others');
}

/** More time than others have is granted, not taken. */
function refuseOwnAccommodation({ candidate }: BookingRequest, caller: Caller): void {
  if ((candidate?.accommodationFactor ?? 1) === 1 || booksForOthers(caller)) return;
  throw new Refusal('forbidden', 'only managers and admins grant a time accommodation', {
    fields: [{ pointer: '/candidate/accommodationFactor', message: 'must be 1, or absent' }],
  });
}

/** Whoever sees but a part of the fleet asks for a region of that part, or for none. */
function refuseOutOfSight({ region }: BookingRequest, sight: Sight | undefined): void {
  if (region === undefined || inSight(sight, { region, tags: undefined })) return;
  throw new Refusal('forbidden', `region ${region} is not among those that your groups see`, {
    fields: [{ pointer: '/region', message: 'must be one that your groups see' }],
  });
}

/** Only admins book for other departments than their own. */
function departmentOf({ department }: BookingRequest, caller: Caller): string | undefined {
  if (department === undefined || department === caller.department) return caller.department;
  if (caller.roles.includes('admin')) return department;
  throw new Refusal('forbidden', `only admins book for department ${department}`, {
    fields: [{ pointer: '/department', message: 'must be your own' }],
  });
}

/**
 * The slot asked for. One that may begin as soon as possible begins when a lab can be ready: on a worker
 * that runs, or on one that has to be made or started first.
 */
async function slotFor(
  services: Services,
  request: BookingRequest,
  definition: Definition,
  settings: SystemSettingsValues,
): Promise<Timeslot> {
  const now = services.clock.now();
  const slot = slotOf(request, definition, settings, now);
  if (request.start || request.end) return slot;
  const { fleet, options } = await services.picture.get();
  const { decision, workerId } = decidePlacement(
    requestFor(definition, slot, { region: request.region }),
    fleet,
    options,
  );
  const runs = workerId !== undefined && fleet.get(workerId)?.status === 'RUNNING';
  if (decision.outcome === 'placed' && runs) return slot;
  return slotOf(request, definition, settings, now + settings.workerLeadSeconds * 1000);
}

function slotOf(
  request: BookingRequest,
  definition: Definition,
  settings: SystemSettingsValues,
  now: number,
): Timeslot {
  const { spec } = definition;
  const leadSeconds = spec.leadSeconds ?? settings.labLeadSeconds;
  const teardownSeconds = spec.teardownSeconds ?? settings.teardownSeconds;
  const start = request.start ? ms(request.start) : now + leadSeconds * 1000;
  if (start < now - GRACE_MS)
    throw ruleOn(
      '/start',
      `the slot starts at ${request.start}, which has passed`,
      'must not lie in the past',
    );
  const factor = request.candidate?.accommodationFactor ?? 1;
  const end = endOf(request, start, factor);
  refuseTooFar(end, now);
  const allowed = spec.maxDurationMinutes * 60_000 * factor;
  if (end <= start)
    throw ruleOn('/end', `the slot ends at ${iso(end)}, before it starts`, 'must be later than the start');
  if (end <= now)
    throw ruleOn('/end', `the slot ends at ${iso(end)}, which has passed`, 'must lie in the future');
  if (end - start > allowed + 1_000) {
    const minutes = Math.round((end - start) / 60_000);
    throw ruleOn(
      request.end ? '/end' : '/durationSeconds',
      `a slot of ${minutes} minutes is longer than the ${spec.maxDurationMinutes} that ${spec.name} ${spec.version} allows`,
      `must make the slot at most ${spec.maxDurationMinutes} minutes`,
    );
  }
  return { start: iso(start), end: iso(end), leadSeconds, teardownSeconds };
}

/** An end is taken as it is; a duration is lengthened by the candidate's time accommodation. */
function endOf(request: BookingRequest, start: number, factor: number): number {
  if (request.end && request.durationSeconds)
    throw ruleOn(
      '/durationSeconds',
      'give end or durationSeconds, not both',
      'must be absent where end is given',
    );
  if (request.end) return ms(request.end);
  if (request.durationSeconds) return start + Math.round(request.durationSeconds * factor) * 1000;
  throw ruleOn(
    '/end',
    'a booking needs an end or durationSeconds',
    'is needed, unless durationSeconds is given',
  );
}

const ruleOn = (pointer: string, detail: string, message: string) =>
  new Refusal('rule', detail, { fields: [{ pointer, message }] });
