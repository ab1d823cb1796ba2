import type { LicenceType } from '@lcm/core/domain/resources.ts';
import { type Capacity, LICENCE_LIMITS } from '@lcm/core/domain/resources.ts';
import { capacityOf, type WorkerTemplate } from '@lcm/core/domain/worker-template.ts';
import type { CmlLicence } from '@lcm/core/spi/cml.ts';

/**
 * Whether a worker of that licence type may run labs under what CML says: registered and in compliance for
 * bought ones (a reservation counts as both), the evaluation period for EVALUATION.
 */
export function isLicensed(type: LicenceType, licence: CmlLicence): boolean {
  if (type === 'EVALUATION') return /^EVAL(?!.*EXPIRED)/i.test(licence.authorization);
  return isRegistered(licence) && isOfType(type, licence) && isInCompliance(licence);
}

/** Whether a seat is held at the licence service. */
export const isRegistered = ({ registration }: CmlLicence): boolean =>
  /^(COMPLETED|REGISTERED)/i.test(registration);

/** Whether the licence service is still at it, one way or the other. */
export const isUnderWay = ({ registration }: CmlLicence): boolean => /^IN_PROGRESS/i.test(registration);

/** Whether nothing is held there and nothing under way: never registered, given back, or refused. */
export const isFree = (licence: CmlLicence): boolean => !isRegistered(licence) && !isUnderWay(licence);

/** Whether CML's product licence is the one of the type; older versions do not say. */
export function isOfType(type: LicenceType, { product }: CmlLicence): boolean {
  return product === '' || product.replace(/^CML_/i, '').toUpperCase() === type;
}

/** What the worker has to give under the licence that it really has. */
export function capacityUnder(template: WorkerTemplate, licence: CmlLicence): Capacity {
  const capacity = capacityOf(template);
  if (licence.nodeLimit === undefined) return capacity;
  return { ...capacity, nodes: Math.min(template.maxNodes ?? licence.nodeLimit, licence.nodeLimit) };
}

/** Nodes to ask for on top of what the licence includes, where they can be had. */
export function extraNodes({ licenceType, maxNodes }: WorkerTemplate): number {
  if (licenceType !== 'ENTERPRISE' && licenceType !== 'EDUCATION') return 0;
  return Math.max(0, (maxNodes ?? 0) - LICENCE_LIMITS[licenceType].nodes);
}

/** Whether the licence in force has fewer nodes than were to be bought. */
export function isShortOfNodes(template: WorkerTemplate, { nodeLimit }: CmlLicence): boolean {
  return extraNodes(template) > 0 && nodeLimit !== undefined && nodeLimit < (template.maxNodes ?? 0);
}

function isInCompliance({ authorization }: CmlLicence): boolean {
  return /^(IN_COMPLIANCE|AUTHORIZED)/i.test(authorization);
}
