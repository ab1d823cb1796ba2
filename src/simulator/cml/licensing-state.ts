import { type CmlContext, isoNow } from './context.ts';
import { badRequest, forbidden } from './errors.ts';
import type { LicensingRecord } from './licensing-record.ts';
import { onlyId } from './store.ts';

const fresh: LicensingRecord = {
  product: 'CML_Enterprise',
  registration: { phase: 'none' },
  extraNodes: 0,
  transport: { ssms: null, proxy: { server: null, port: null } },
  reservationMode: false,
  reservationRequest: null,
  returnCode: null,
};

/** What the server remembers of its licence. */
export const licensingOf = (context: CmlContext): LicensingRecord =>
  context.store.licensing.get(onlyId) ?? fresh;

/** Changes some of it and keeps it. */
export function changeLicensing(context: CmlContext, change: Partial<LicensingRecord>): void {
  context.store.licensing.put(onlyId, { ...licensingOf(context), ...change });
}

export type RegistrationStatus = 'NOT_REGISTERED' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';

/** `registration.status` now. Deregistering shows as IN_PROGRESS until the seat is back. */
export function registrationStatus(context: CmlContext): RegistrationStatus {
  const now = context.world.clock.now();
  const { registration } = licensingOf(context);
  switch (registration.phase) {
    case 'none':
      return 'NOT_REGISTERED';
    case 'reserved':
      return 'COMPLETED';
    case 'registering':
      if (now < registration.completesAt) return 'IN_PROGRESS';
      return registration.refusal === undefined ? 'COMPLETED' : 'FAILED';
    case 'deregistering':
      return now < registration.endsAt ? 'IN_PROGRESS' : 'NOT_REGISTERED';
  }
}

/** `authorization.status` now; it follows the registration by one more round to the licence service. */
export function authorizationStatus(context: CmlContext): 'INIT' | 'IN_PROGRESS' | 'IN_COMPLIANCE' {
  const { registration } = licensingOf(context);
  if (registration.phase === 'reserved') return 'IN_COMPLIANCE';
  if (registration.phase !== 'registering' || registration.refusal !== undefined) return 'INIT';
  const now = context.world.clock.now();
  if (now < registration.completesAt) return 'INIT';
  return now < registration.compliesAt ? 'IN_PROGRESS' : 'IN_COMPLIANCE';
}

/** Nodes that may run at once under the licence, not counting connectors and unmanaged switches. */
function nodeLimit(context: CmlContext): number {
  const { product, extraNodes } = licensingOf(context);
  if (product === 'CML_Personal') return 20;
  if (product === 'CML_Personal40') return 40;
  return 20 + extraNodes;
}

/**
 * Asks Smart Licensing for a seat; COMPLETED comes after the world's licence delay, IN_COMPLIANCE after
 * as long again. A refused token ends in FAILED.
 */
export function register(context: CmlContext, token: string, reregister: boolean): void {
  const status = registrationStatus(context);
  if (status === 'IN_PROGRESS') throw badRequest('A licensing operation is in progress already.');
  if (status === 'COMPLETED' && !reregister)
    throw badRequest('The product is registered already. Use reregister to register it again.');
  if (licensingOf(context).reservationMode) throw badRequest('The product is in reservation mode.');
  const { clock, delays } = context.world;
  const since = clock.now();
  const fate = context.options.licenceFate?.() ?? { delayMs: 0, outcome: 'answer' };
  const { refuseLicence = refuseObviouslyBad } = context.options;
  const refusal =
    fate.outcome === 'answer'
      ? refuseLicence(token, licensingOf(context).product)
      : 'Communication send error: the licence service does not answer.';
  const completesAt = since + delays.licenceMs + fate.delayMs;
  const compliesAt = completesAt + delays.licenceMs;
  changeLicensing(context, {
    registration: {
      phase: 'registering',
      since,
      completesAt,
      compliesAt,
      ...(refusal === undefined ? {} : { refusal }),
    },
  });
  watchLicence(context);
}

/** Gives the seat back, which takes the world's licence delay. Refused while anything runs. */
export function deregister(context: CmlContext, runningNodes: number): void {
  if (runningNodes > 0)
    throw forbidden(`Cannot deregister while labs are running: ${runningNodes} nodes are active.`);
  const status = registrationStatus(context);
  if (status === 'NOT_REGISTERED') throw badRequest('The product is not registered.');
  if (status === 'IN_PROGRESS') throw badRequest('A licensing operation is in progress already.');
  if (status === 'FAILED') {
    changeLicensing(context, { registration: { phase: 'none' } });
    return;
  }
  const since = context.world.clock.now();
  changeLicensing(context, {
    registration: { phase: 'deregistering', since, endsAt: since + context.world.delays.licenceMs },
  });
  watchLicence(context);
}

/** Keeps the ledger's seat in step with what Smart Licensing knows; called again after a restart. */
export function watchLicence(context: CmlContext): void {
  settleSeat(context);
  const { registration } = licensingOf(context);
  const now = context.world.clock.now();
  const due =
    registration.phase === 'registering'
      ? registration.completesAt
      : registration.phase === 'deregistering'
        ? registration.endsAt
        : now;
  if (due > now) context.agenda.at(due, () => settleSeat(context));
}

function settleSeat(context: CmlContext): void {
  const { ledger } = context.world;
  const { serverId, hostname } = context.options;
  const status = registrationStatus(context);
  if (status === 'COMPLETED')
    ledger.open('licenceSeat', serverId, { hostname, product: licensingOf(context).product });
  if (status !== 'NOT_REGISTERED') return;
  const { registration } = licensingOf(context);
  if (registration.phase === 'deregistering') changeLicensing(context, { registration: { phase: 'none' } });
  ledger.close('licenceSeat', serverId);
}

/** Refuses to start `more` licensed nodes beside `running` ones where the licence does not allow it. */
export function assertLicensed(context: CmlContext, running: number, more: number): void {
  if (authorizationStatus(context) !== 'IN_COMPLIANCE')
    throw forbidden('Licensing issue: the product is not licensed, nodes cannot be started.');
  const limit = nodeLimit(context);
  if (running + more > limit)
    throw forbidden(
      `Licensing issue: node limit of ${limit} exceeded, ${running} running and ${more} to be started.`,
    );
}

function refuseObviouslyBad(token: string): string | undefined {
  return /^(bad|invalid|expired)/i.test(token)
    ? `The token is not valid or has expired (${token.slice(0, 12)}…).`
    : undefined;
}

/** A code such as reservation requests and confirmations carry. */
export const reservationCode = (context: CmlContext, prefix: string): string =>
  `${prefix}-${context.world.random.uuid().slice(0, 8)}-${isoNow(context).slice(0, 10)}`;
