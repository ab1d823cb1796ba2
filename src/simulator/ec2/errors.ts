/**
 * A refusal as EC2 words it: clients act on the code, people read the message.
 * Codes: "Error codes for the Amazon EC2 API" in the EC2 API reference.
 */
export class Ec2Error extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'Ec2Error';
    this.code = code;
    this.status = status;
  }
}

/** A parameter whose value EC2 does not take. */
export const invalidParameter = (name: string, value: string) =>
  new Ec2Error('InvalidParameterValue', `Value (${value}) for parameter ${name} is invalid.`);

/** A parameter that EC2 can't do without. */
export const missingParameter = (name: string) =>
  new Ec2Error('MissingParameter', `The request must contain the parameter ${name}`);
