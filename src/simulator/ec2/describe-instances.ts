import { type Ec2Action, type Ec2Call, instancesHere, instancesNamed } from './call.ts';
import { Ec2Error } from './errors.ts';
import { readFilters } from './filters.ts';
import { type Instance, stateCodes, stateOf } from './instance.ts';
import { reservations } from './instance-answer.ts';
import { page } from './pages.ts';

/** Lists instances by id or by filter, a page at a time if asked to. */
export const describeInstances: Ec2Action = (call) => {
  const { items, nextToken } = selectInstances(call, 'InstanceId');
  const now = call.ec2.world.clock.now();
  return { reservationSet: reservations(items, now), nextToken };
};

/** The health that EC2 sees from outside; only of running instances unless all are asked for. */
export const describeInstanceStatus: Ec2Action = (call) => {
  const now = call.ec2.world.clock.now();
  const all = call.query.flag('IncludeAllInstances');
  const { items, nextToken } = selectInstances(
    call,
    'InstanceId',
    (instance) => all || stateOf(instance, now) === 'running',
  );
  const instanceStatusSet = items.map((instance) => {
    const state = stateOf(instance, now);
    const status = healthOf(instance, now);
    const details = [{ name: 'reachability', status: status === 'ok' ? 'passed' : status }];
    return {
      instanceId: instance.id,
      availabilityZone: instance.zone,
      instanceState: { code: stateCodes[state], name: state },
      systemStatus: { status, details },
      instanceStatus: { status, details },
    };
  });
  return { instanceStatusSet, nextToken };
};

function selectInstances(
  call: Ec2Call,
  idParameter: string,
  wanted: (instance: Instance) => boolean = () => true,
) {
  const now = call.ec2.world.clock.now();
  const ids = call.query.texts(idParameter);
  if (ids.length > 0 && call.query.text('MaxResults') !== undefined) {
    const message = 'The parameter instancesSet cannot be used with the parameter maxResults';
    throw new Ec2Error('InvalidParameterCombination', message);
  }
  const matches = readFilters<Instance>(call.query, {
    tags: (instance) => instance.tags,
    fields: {
      'instance-id': (instance) => instance.id,
      'instance-state-name': (instance) => stateOf(instance, now),
      'instance-state-code': (instance) => String(stateCodes[stateOf(instance, now)]),
      'instance-type': (instance) => instance.type,
      'image-id': (instance) => instance.imageId,
      'client-token': (instance) => instance.clientToken,
      'availability-zone': (instance) => instance.zone,
      'subnet-id': (instance) => instance.subnetId,
      'vpc-id': (instance) => instance.vpcId,
      'reservation-id': (instance) => instance.reservationId,
      'private-ip-address': (instance) => instance.privateAddress,
      'ip-address': (instance) => instance.publicAddress,
      'key-name': (instance) => instance.keyName,
    },
  });
  const seen = instancesHere(call).filter((instance) => now >= instance.visibleFromMs);
  const named = ids.length > 0 ? instancesNamed(ids, seen) : seen;
  const selected = named.filter((instance) => wanted(instance) && matches(instance));
  return page(call.query, selected, (instance) => instance.order);
}

/** The checks of a fresh instance pass about when what it runs is up. */
function healthOf(instance: Instance, nowMs: number): 'ok' | 'initializing' | 'not-applicable' {
  if (stateOf(instance, nowMs) !== 'running') return 'not-applicable';
  return nowMs >= instance.cmlReadyAtMs ? 'ok' : 'initializing';
}
