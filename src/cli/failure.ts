import { Refusal, type RefusalCode } from '@lcm/core/domain/refusal.ts';
import { ConfigProblem } from './config.ts';

/** What the exit status of `lcm` means. */
export const EXIT = { failed: 1, usage: 2, notFound: 3, refused: 4, unavailable: 5 } as const;

const BY_CODE: Partial<Record<RefusalCode, number>> = {
  notFound: EXIT.notFound,
  invalid: EXIT.usage,
  unavailable: EXIT.unavailable,
  busy: EXIT.unavailable,
};

/** Says in one line what went wrong, the fields that are wrong below it, and gives the exit status for it. */
export function explainFailure(error: unknown): number {
  if (error instanceof ConfigProblem) {
    console.error(`lcm: ${error.message}`);
    return EXIT.usage;
  }
  if (error instanceof Refusal) {
    console.error(`lcm: ${error.message}`);
    for (const { pointer, message } of error.fields) console.error(`  ${pointer || '(body)'} ${message}`);
    if (error.code === 'unauthenticated')
      console.error('  Log in with `lcm login`, or set LCM_TOKEN to a bearer token.');
    return BY_CODE[error.code] ?? EXIT.refused;
  }
  console.error(`lcm: ${error instanceof Error ? error.message : String(error)}`);
  if (process.env['DEBUG'] && error instanceof Error) console.error(error.stack);
  return EXIT.failed;
}
