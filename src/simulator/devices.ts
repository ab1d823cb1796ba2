import { findDevice } from './cml/device-access.ts';
import type { Instances } from './ec2/instances.ts';
import type { DeviceAccess } from './lds/device-access.ts';
import type { World } from './world.ts';

/** How the LDS reaches devices on the simulated CML servers: by either address of their instance. */
export function deviceAccess(world: World, instances: Instances): DeviceAccess {
  return {
    find: (host, port) => {
      const instance = instances.list().find((each) => each.privateAddress === host);
      return findDevice(world, instance?.publicAddress ?? host, port);
    },
  };
}
