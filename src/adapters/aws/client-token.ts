import { createHash } from 'node:crypto';

/**
 * The client token of one launch attempt, 64 characters, EC2's limit. EC2 honours a token per zone and
 * refuses it with other parameters, so everything that may differ between attempts is in it
 * ("Ensuring idempotency in Amazon EC2 API requests").
 */
export function clientTokenOf(launch: {
  installation: string;
  workerId: string;
  number: number;
  place: string;
  instanceType: string;
}): string {
  const { installation, workerId, number, place, instanceType } = launch;
  return createHash('sha256')
    .update(JSON.stringify([installation, workerId, number, place, instanceType]))
    .digest('hex');
}
