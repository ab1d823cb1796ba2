import { ec2ErrorAnswer } from './ec2/xml.ts';
import type { FaultyService } from './faults.ts';

/** An answer that says that something is wrong on the service's side. */
export interface FaultAnswer {
  status: number;
  type: string;
  body: string;
}

/**
 * How each service refuses a request for no fault of the client's.
 * @param body of the request, as it was read
 * @param choice in [0, 1), decides among what the service has to offer
 */
export function faultAnswer(service: FaultyService, body: unknown, choice: number): FaultAnswer {
  const one = <T>(of: readonly [T, ...T[]]): T => of[Math.floor(choice * of.length)] ?? of[0];
  if (service === 'ec2') {
    const wantsCapacity = /(^|&)Action=(RunInstances|StartInstances)(&|$)/.test(String(body));
    const [code, status, message] = one(wantsCapacity ? [shortage, ...ec2Failures] : ec2Failures);
    return { status, type: 'text/xml;charset=UTF-8', body: ec2ErrorAnswer('fault', code, message) };
  }
  if (service === 'cloudwatch') {
    const [status, type] = one(cloudWatchFailures);
    const failure = { __type: `com.amazonaws.cloudwatch#${type}`, Message: type };
    return { status, type: 'application/x-amz-json-1.0', body: JSON.stringify(failure) };
  }
  const [status, description] = one(service === 'cml' ? cmlFailures : failures);
  return { status, type: 'application/json', body: JSON.stringify({ code: status, description }) };
}

type Failure = readonly [status: number, description: string];
const failures: readonly [Failure, ...Failure[]] = [
  [500, 'Internal Server Error'],
  [503, 'Service Unavailable'],
];
const cmlFailures: readonly [Failure, ...Failure[]] = [
  ...failures,
  [502, 'Bad Gateway'],
  [403, 'The operation is not allowed at the moment.'],
];

const cloudWatchFailures: readonly [Failure, ...Failure[]] = [
  [500, 'InternalServiceFault'],
  [400, 'ThrottlingException'],
];

type Ec2Failure = readonly [code: string, status: number, message: string];
const ec2Failures: readonly [Ec2Failure, ...Ec2Failure[]] = [
  ['RequestLimitExceeded', 503, 'Request limit exceeded.'],
  ['InternalError', 500, 'An internal error has occurred'],
  ['Unavailable', 503, 'The service is unavailable. Please try again shortly.'],
];
const shortage: Ec2Failure = [
  'InsufficientInstanceCapacity',
  500,
  'We currently do not have sufficient capacity in the Availability Zone you requested.',
];
