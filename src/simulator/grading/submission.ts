import type { Evidence, GradingResult } from './evaluate.ts';
import { type Rubric, rubricSchema } from './rubric.ts';

/** What a client asks the engine to grade. Exactly one of `evidence` and `evidenceUrl` is given. */
export interface Submission {
  /** The client's own id of what is graded, such as its session's. */
  reference: string;
  /** Counts the gradings of one reference, from 1. */
  attempt: number;
  rubric: Rubric;
  evidence?: Evidence;
  /** Where the evidence is fetched from: a JSON object of texts by name. */
  evidenceUrl?: string;
  /** URLs that are told of the outcome, beside the engine's own sinks. */
  callbacks?: string[];
}

/** Why a grading came to nothing. */
export interface GradingFailure {
  error_code: string;
  error_message: string;
  /** True where the same submission may succeed later. */
  retry_possible: boolean;
}

/** One grading, as it is kept. Times are UTC ISO 8601. */
export interface GradingJob {
  gradingId: string;
  reference: string;
  attempt: number;
  /** The order of their coming, from 1. */
  number: number;
  status: 'WORKING' | 'COMPLETED' | 'FAILED';
  submittedAt: string;
  finishedAt?: string;
  result?: GradingResult;
  error?: GradingFailure;
  /** Kept until the work is done: evidence is big. */
  submission?: Submission;
  /** The outcome that was ordered for it, whatever the evidence says. */
  fail?: GradingFailure;
}

const url = { type: 'string', format: 'uri', pattern: '^https?://' } as const;

/** The JSON schema of a submission. */
export const submissionSchema = {
  type: 'object',
  required: ['reference', 'rubric'],
  oneOf: [{ required: ['evidence'] }, { required: ['evidenceUrl'] }],
  properties: {
    reference: { type: 'string', minLength: 1 },
    attempt: { type: 'integer', minimum: 1, default: 1 },
    rubric: rubricSchema,
    evidence: { type: 'object', additionalProperties: { type: 'string' } },
    evidenceUrl: url,
    callbacks: { type: 'array', items: url },
  },
} as const;
