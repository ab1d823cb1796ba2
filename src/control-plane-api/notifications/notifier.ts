import { followLog, type LogReader } from '../event-log/log-reader.ts';
import type { Services } from '../services.ts';
import { startCourier } from './courier.ts';
import type { Outgoing } from './outgoing.ts';
import { tellAll } from './tell.ts';

/** Tells people what they wish to be told of: one part reads the log and makes messages, the other sends them. */
export function startNotifier(services: Services, outgoing: Outgoing): LogReader {
  const courier = startCourier(services, outgoing);
  const reader = followLog(services, { name: 'notifications' }, (events) => tellAll(services, events));
  return {
    lagMs: () => reader.lagMs(),
    get handled() {
      return reader.handled;
    },
    stop: async () => {
      await reader.stop();
      await courier.stop();
    },
  };
}
