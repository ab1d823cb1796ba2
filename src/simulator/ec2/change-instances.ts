import { type Ec2Action, type Ec2Call, instancesHere, instancesNamed, refuseDryRun } from './call.ts';
import { Ec2Error, missingParameter } from './errors.ts';
import { type Instance, type InstanceState, stateCodes, stateOf } from './instance.ts';
import { refuseShortage, refuseVcpuLimit } from './launch-limits.ts';
import type { XmlValue } from './xml.ts';

/** Starts stopped instances; those that are up or on their way stay as they are. */
export const startInstances: Ec2Action = (call) =>
  change(call, {
    allowed: ['pending', 'running', 'stopped'],
    refusal: 'started',
    check: (instances) => {
      const stopped = instances.filter((instance) => stateNow(call, instance) === 'stopped');
      for (const { type, zone: name, region } of stopped)
        refuseShortage(call.ec2.capacity, type, { name, region });
      refuseVcpuLimit(
        call,
        stopped.map(({ type }) => type),
      );
    },
    apply: (id, state) => state === 'stopped' && call.ec2.instances.start(id),
  });

/** Stops running instances; those that are down or on their way stay as they are. */
export const stopInstances: Ec2Action = (call) =>
  change(call, {
    allowed: ['running', 'stopping', 'stopped'],
    refusal: 'stopped',
    apply: (id, state) => state === 'running' && call.ec2.instances.stop(id),
  });

/** Terminates instances in whatever state; terminating twice is no error. */
export const terminateInstances: Ec2Action = (call) =>
  change(call, {
    allowed: ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'],
    refusal: 'terminated',
    apply: (id, state) =>
      state !== 'shutting-down' && state !== 'terminated' && call.ec2.instances.terminate(id),
  });

interface ChangeRule {
  allowed: InstanceState[];
  /** The participle in "not in a state from which it can be …". */
  refusal: string;
  check?: (instances: Instance[]) => void;
  apply: (id: string, state: InstanceState) => unknown;
}

/** All instances named are changed, or none is. */
function change(call: Ec2Call, rule: ChangeRule): { [name: string]: XmlValue } {
  refuseDryRun(call.query);
  const ids = call.query.texts('InstanceId');
  if (ids.length === 0) throw missingParameter('InstanceId');
  const instances = instancesNamed(ids, instancesHere(call));
  for (const instance of instances) {
    if (rule.allowed.includes(stateNow(call, instance))) continue;
    const message = `The instance '${instance.id}' is not in a state from which it can be ${rule.refusal}.`;
    throw new Ec2Error('IncorrectInstanceState', message);
  }
  rule.check?.(instances);
  const instancesSet = instances.map((instance) => {
    const previous = stateNow(call, instance);
    rule.apply(instance.id, previous);
    const current = stateNow(call, call.ec2.instances.find(instance.id) ?? instance);
    return {
      instanceId: instance.id,
      currentState: stateAnswer(current),
      previousState: stateAnswer(previous),
    };
  });
  return { instancesSet };
}

const stateNow = (call: Ec2Call, instance: Instance) => stateOf(instance, call.ec2.world.clock.now());
const stateAnswer = (state: InstanceState) => ({ code: stateCodes[state], name: state });
