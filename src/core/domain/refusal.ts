/**
 * Why something is refused. Each kind has one HTTP status and one problem type; see api/problem.ts.
 * `invalid`: the input is malformed; `conflict`: the state does not allow it; `rule`: well-formed input
 * that breaks a rule across fields.
 */
export type RefusalCode =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'notFound'
  | 'conflict'
  | 'illegalTransition'
  | 'staleVersion'
  | 'staleFence'
  | 'rule'
  | 'doesNotFit'
  | 'quota'
  | 'tooManyRequests'
  | 'busy'
  | 'unavailable';

/** One field that is wrong, as a JSON pointer (RFC 6901) into the request, and why. */
export interface FieldProblem {
  pointer: string;
  message: string;
}

/** A refusal: a value with a stable code that says what was wrong, with which value, and what to do. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly fields: readonly FieldProblem[];
  readonly facts: Readonly<Record<string, unknown>>;
  /** Under which the server's log has it; only on refusals that came over the wire. */
  readonly correlationId: string | undefined;

  constructor(
    code: RefusalCode,
    message: string,
    more: {
      fields?: FieldProblem[];
      facts?: Record<string, unknown>;
      cause?: unknown;
      correlationId?: string | undefined;
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'Refusal';
    this.code = code;
    this.fields = more.fields ?? [];
    this.facts = more.facts ?? {};
    this.correlationId = more.correlationId;
  }
}

/** Refuses because the resource is in a state from which the wanted one cannot be reached. */
export function illegalTransition(kind: string, id: string, from: string, to: string): Refusal {
  return new Refusal('illegalTransition', `${kind} ${id} is ${from} and cannot become ${to}`, {
    facts: { kind, id, from, to },
  });
}
