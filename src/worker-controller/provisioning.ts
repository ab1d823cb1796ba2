import { createHash } from 'node:crypto';
import { iso, ms } from '@lcm/core/domain/time.ts';
import type { LaunchAttempt } from '@lcm/core/domain/worker-state.ts';
import { LaunchRefused } from '@lcm/core/spi/cloud-provider.ts';
import { isGone, observeInstance } from './instance.ts';
import { ATTEMPT_TAG, launchTags, workerTags } from './tags.ts';
import type { Next, Visit } from './visit.ts';

/** Timers can't wait longer than about 24 days; a look each hour costs nothing. */
const LONGEST_WAIT_MS = 3_600_000;
/** Between two rounds through the zones when none has capacity. */
const NO_CAPACITY_WAIT_MS = 60_000;

/** PENDING: when its time has come, decides on everything that the launch is made of and commits that first. */
export async function provision(visit: Visit): Promise<Next> {
  const { worker, deps } = visit;
  const dueInMs = worker.provisionAt ? ms(worker.provisionAt) - visit.now() : 0;
  if (dueInMs > 0) return { againInMs: Math.min(dueInMs, LONGEST_WAIT_MS) };
  const tripped = await deps.fleet.tripped();
  if (tripped) {
    await visit.setCondition('InstanceLaunched', 'False', 'CircuitOpen', tripped);
    return { againInMs: deps.limits.watchMs };
  }
  const attempt = await resolve(visit);
  if (!attempt) return undefined;
  await visit.act({ type: 'requestInstance', attempt });
  return launch(visit);
}

/** PROVISIONING without an instance: asks for exactly what was committed, however often that takes. */
export async function launch(visit: Visit): Promise<Next> {
  const { worker, deps } = visit;
  const { attempt } = worker;
  if (!attempt) throw new Error(`worker ${worker.id} is PROVISIONING without an attempt`);
  if (visit.elapsed() > deps.limits.launchMs) {
    await visit.fail(`no instance was launched within ${deps.limits.launchMs / 1000} s`);
    return undefined;
  }
  const again = retryTime(visit);
  if (again) return again;
  try {
    visit.holdFast();
    const tags = launchTags(deps.installation, worker, attempt);
    const instance = await deps.cloud.launch(worker.region, attempt, tags, deps.userData?.(worker));
    await record(visit, instance.instanceId);
    await observeInstance(visit, instance);
    return visit.soon();
  } catch (error) {
    if (!(error instanceof LaunchRefused)) throw error;
    return afterRefusal(visit, attempt, error);
  }
}

/** An attempt that no zone had capacity for is not made again before its time. */
function retryTime(visit: Visit): Next {
  const launched = visit.worker.conditions.find((one) => one.type === 'InstanceLaunched');
  if (launched?.reason !== 'NoCapacity') return undefined;
  const waitMs = ms(launched.since) + NO_CAPACITY_WAIT_MS - visit.now();
  return waitMs > 0 ? { againInMs: waitMs } : undefined;
}

async function record(visit: Visit, instanceId: string): Promise<void> {
  await visit.act({ type: 'recordInstance', instanceId });
  await visit.setCondition('InstanceLaunched', 'True', 'Launched', `instance ${instanceId} was launched`);
}

async function afterRefusal(visit: Visit, attempt: LaunchAttempt, refusal: LaunchRefused): Promise<Next> {
  const { worker, deps } = visit;
  // The refusal may be about a repetition: the first call may have succeeded without our hearing of it.
  const tagged = await deps.cloud.findByTags(worker.region, workerTags(deps.installation, worker));
  const made = tagged.find((one) => one.tags[ATTEMPT_TAG] === String(attempt.number) && !isGone(one));
  if (made) {
    await record(visit, made.instanceId);
    return visit.soon();
  }
  await visit.setCondition('InstanceLaunched', 'False', reasonOf(refusal), refusal.message);
  if (refusal.reason !== 'noCapacity') {
    await visit.fail(refusal.message);
    return undefined;
  }
  if (attempt.zone) deps.shortZones.note(worker.region, attempt.instanceType, attempt.zone);
  const elsewhere = await resolve(visit);
  if (!elsewhere) return undefined;
  const avoided = deps.shortZones.of(worker.region, attempt.instanceType);
  const message = `EC2 refused attempt ${attempt.number}; nothing of it exists`;
  await visit.setCondition('InstanceTerminated', 'True', 'NeverLaunched', message);
  await visit.act({ type: 'requestInstance', attempt: elsewhere });
  if (!elsewhere.zone || !avoided.includes(elsewhere.zone)) return launch(visit);
  await visit.setCondition('InstanceLaunched', 'False', 'NoCapacity', refusal.message);
  return { againInMs: NO_CAPACITY_WAIT_MS };
}

async function resolve(visit: Visit): Promise<LaunchAttempt | undefined> {
  const { worker, deps } = visit;
  const { region, template, id } = worker;
  const avoid = deps.shortZones.of(region, template.instanceType);
  try {
    const resolved = await deps.cloud.resolve(template, id, worker.attempts + 1, avoid);
    const userData = deps.userData?.(worker);
    return {
      ...resolved,
      requestedAt: iso(visit.now()),
      ...(userData === undefined
        ? {}
        : { userDataHash: createHash('sha256').update(userData).digest('hex') }),
    };
  } catch (error) {
    if (!(error instanceof LaunchRefused)) throw error;
    await visit.setCondition('InstanceLaunched', 'False', reasonOf(error), error.message);
    await visit.fail(error.message);
    return undefined;
  }
}

const REASONS: Readonly<Record<LaunchRefused['reason'], string>> = {
  noCapacity: 'NoCapacity',
  unsupported: 'Unsupported',
  limit: 'AccountLimit',
  mismatch: 'TokenMismatch',
  invalid: 'Invalid',
};
const reasonOf = (refusal: LaunchRefused): string => REASONS[refusal.reason];
