/**
 * A refusal as CloudWatch words it. `queryCode` is the code of the older query protocol, which clients that
 * speak JSON see too (awsQueryCompatible services).
 */
export class CloudWatchError extends Error {
  readonly type: string;
  readonly queryCode: string;
  readonly status: number;

  constructor(type: string, message: string, queryCode = type, status = 400) {
    super(message);
    this.name = 'CloudWatchError';
    this.type = type;
    this.queryCode = queryCode;
    this.status = status;
  }
}

/** A parameter whose value CloudWatch does not take. */
export const invalidValue = (message: string) =>
  new CloudWatchError('InvalidParameterValueException', message, 'InvalidParameterValue');

/** A request that breaks one of CloudWatch's rules. */
export const invalidRequest = (message: string) =>
  new CloudWatchError('ValidationException', message, 'ValidationError');
