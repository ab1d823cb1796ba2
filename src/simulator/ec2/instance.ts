/** Where an EC2 instance stands. */
export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';

/** The number that EC2 sends along with each state's name. */
export const stateCodes: Record<InstanceState, number> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

/** One instance as the simulated EC2 remembers it. Its state follows from `change` and the time of day. */
export interface Instance {
  id: string;
  region: string;
  zone: string;
  subnetId: string;
  vpcId: string;
  imageId: string;
  type: string;
  reservationId: string;
  /** Its number within the reservation, from 0. */
  launchIndex: number;
  /** Grows with every launch: the order in which Describe lists. */
  order: number;
  /** Of the latest start, as EC2 has it. */
  launchedAtMs: number;
  /** Describe does not know a fresh instance before that. */
  visibleFromMs: number;
  clientToken?: string;
  keyName?: string;
  userData?: string;
  securityGroupIds: string[];
  tags: Record<string, string>;
  nestedVirtualization: boolean;
  privateAddress: string;
  publicAddress?: string;
  change: Change;
  /** When CML will answer on it, if it stays up until then. */
  cmlReadyAtMs: number;
  /** Why it is not running, in EC2's words. */
  stateReason?: { code: string; message: string };
}

/** The last change that was asked for: under way until `doneAtMs`. */
export interface Change {
  to: 'running' | 'stopped' | 'terminated';
  askedAtMs: number;
  doneAtMs: number;
  /** Whether what follows from its completion (ledger, addresses) has been done. */
  settled: boolean;
}

/** The state of an instance at a time. */
export function stateOf(instance: Instance, nowMs: number): InstanceState {
  const done = nowMs >= instance.change.doneAtMs;
  switch (instance.change.to) {
    case 'running':
      return done ? 'running' : 'pending';
    case 'stopped':
      return done ? 'stopped' : 'stopping';
    case 'terminated':
      return done ? 'terminated' : 'shutting-down';
  }
}

/** Whether CML answers on the instance at a time. */
export function cmlAnswers(instance: Instance, nowMs: number): boolean {
  return stateOf(instance, nowMs) === 'running' && nowMs >= instance.cmlReadyAtMs;
}

/** Terminated instances are listed for about an hour (EC2 user guide, "Terminate your instance"). */
export function isForgotten(instance: Instance, nowMs: number): boolean {
  return stateOf(instance, nowMs) === 'terminated' && nowMs >= instance.change.doneAtMs + 3_600_000;
}
