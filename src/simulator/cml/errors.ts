/**
 * A refusal as CML words it: the HTTP status and a sentence, sent as `{code, description}`. The real
 * client library fails on an error body without `description`.
 */
export class CmlError extends Error {
  readonly code: number;

  /** @param code the HTTP status; @param description what was wrong, for people */
  constructor(code: number, description: string) {
    super(description);
    this.name = 'CmlError';
    this.code = code;
  }
}

/** 404 in the words that clients look for to tell a stale object from a failure: `Lab not found: <id>`. */
export const notFound = (what: string, id: string): CmlError => new CmlError(404, `${what} not found: ${id}`);

/** 400: the request itself is wrong. */
export const badRequest = (description: string): CmlError => new CmlError(400, description);

/** 403: understood, but the user, the licence or the system's state does not allow it. */
export const forbidden = (description: string): CmlError => new CmlError(403, description);
