/** A request that LDS refuses, with the HTTP status that it answers. */
export class LdsError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'LdsError';
    this.status = status;
    this.code = code;
  }
}
