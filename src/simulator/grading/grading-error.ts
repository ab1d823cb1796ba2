/** A request that the grading engine refuses, with the HTTP status that it answers. */
export class GradingError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'GradingError';
    this.status = status;
  }
}
