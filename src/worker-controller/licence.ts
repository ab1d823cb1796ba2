import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { CmlLicence } from '@lcm/core/spi/cml.ts';
import type { LiveCml } from './cml-server.ts';
import {
  capacityUnder,
  extraNodes,
  isFree,
  isLicensed,
  isOfType,
  isRegistered,
  isShortOfNodes,
} from './licence-rules.ts';
import { licencePool, takeSeat } from './seats.ts';
import { raiseWorkerTask } from './tasks.ts';
import type { Visit } from './visit.ts';

/** A refused registration is tried again after so long. */
const RETRY_MS = 60_000;

/**
 * Sees to the worker's licence and says whether it is in compliance: a seat of the pool is taken first, then
 * the product is registered, then CML is asked until it says how that ended.
 */
export async function licensed(visit: Visit, cml: LiveCml): Promise<boolean> {
  const { template } = visit.worker;
  const licence = await readLicence(visit, cml);
  if (isLicensed(template.licenceType, licence)) {
    if (isShortOfNodes(template, licence) && !hasAskedForNodes(visit)) {
      await askForNodes(visit, cml);
      return false;
    }
    await visit.actOnLedger({ type: 'setCapacity', capacity: capacityUnder(template, licence) });
    // It may be registered without a seat of ours: kept over a stop, or registered by hand.
    await takeSeatOrSay(visit);
    await visit.setCondition('LicenceReleased', 'False', 'InUse', 'the licence is in use');
    await visit.setCondition('Licensed', 'True', 'InCompliance', said(licence));
    return true;
  }
  if (template.licenceType === 'EVALUATION') {
    await visit.setCondition('Licensed', 'False', 'EvaluationOver', said(licence));
    return false;
  }
  if (isRegistered(licence) && !isOfType(template.licenceType, licence)) {
    visit.holdFast();
    await cml.server.system.deregister();
    await visit.setCondition('Licensed', 'False', 'OtherProduct', `${said(licence)}; it is given back first`);
    return false;
  }
  if (isFree(licence)) await register(visit, cml, licence);
  else await visit.setCondition('Licensed', 'Unknown', 'InProgress', said(licence));
  return false;
}

/** Reads the licence and reports it. */
export async function readLicence(visit: Visit, cml: LiveCml): Promise<CmlLicence> {
  const licence = await cml.server.system.licence();
  await visit.observe({ licence });
  return licence;
}

async function register(visit: Visit, cml: LiveCml, licence: CmlLicence): Promise<void> {
  const { template } = visit.worker;
  const reason = visit.worker.conditions.find((one) => one.type === 'Licensed')?.reason;
  if (/^FAILED/i.test(licence.registration)) {
    if (reason === 'Registering' || reason === 'InProgress') return reportRefusal(visit, licence);
    if (reason === 'Refused' && visit.conditionAge('Licensed') < RETRY_MS) return;
  }
  if (!(await takeSeatOrSay(visit))) return;
  const token = await visit.deps.secrets.get(visit.deps.licenceToken(template.licenceType));
  await visit.setCondition('Licensed', 'Unknown', 'Registering', `registering as ${template.licenceType}`);
  visit.holdFast();
  await cml.server.system.register(template.licenceType, token, extraNodes(template));
}

/**
 * A registration that was cut off before its nodes were bought has those of the base licence only. CML may
 * have no more to give: it is asked once, which is noted when it has answered.
 */
async function askForNodes(visit: Visit, { server }: LiveCml): Promise<void> {
  const { template } = visit.worker;
  const token = await visit.deps.secrets.get(visit.deps.licenceToken(template.licenceType));
  visit.holdFast();
  await server.system.register(template.licenceType, token, extraNodes(template));
  await visit.setCondition('Licensed', 'Unknown', 'NodesAsked', `asked for ${template.maxNodes} nodes`);
}

/** One that serves already goes on with what it has. */
function hasAskedForNodes(visit: Visit): boolean {
  const known = visit.worker.conditions.find(({ type }) => type === 'Licensed');
  return known?.status === 'True' || known?.reason === 'NodesAsked';
}

async function reportRefusal(visit: Visit, licence: CmlLicence): Promise<void> {
  const message = `the licence service refused to register it as ${visit.worker.template.licenceType}: ${said(licence)}`;
  await visit.setCondition('Licensed', 'False', 'Refused', message);
  await raiseWorkerTask(visit, `registration-${visit.worker.attempts}`, {
    title: `Worker ${visit.worker.name} gets no licence`,
    description: `${message}. UDI ${licence.udi ?? 'unknown'}. Check the licence token and the smart account.`,
    priority: 'high',
  });
}

async function takeSeatOrSay(visit: Visit): Promise<boolean> {
  try {
    await takeSeat(visit);
    return true;
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'quota') throw error;
    const pool = licencePool(visit.worker.template.licenceType);
    await visit.setCondition('Licensed', 'False', 'NoSeats', `${pool} has no free seat: ${error.message}`);
    return false;
  }
}

const said = ({ product, registration, authorization }: CmlLicence): string =>
  `CML says: ${product || 'no product'}, registration ${registration}, authorization ${authorization}`;
