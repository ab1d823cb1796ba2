import { SERVICES, type Service } from '../e2e/virtual-life.ts';

/** Frames that are looked at: enough to get from an adapter back to the step or aspect that asked. */
const DEPTH = 60;

/** What only carries calls on: it says nothing about what they are for. */
const PLUMBING: ReadonlySet<string> = new Set([
  'service',
  'sessions',
  'session-work',
  'sessions/drive-pipeline',
  'reconcile-worker',
  'visit',
  'client',
  'commands/execute',
  'commands/turns',
  'content-json',
  'labs/in-parallel',
  'http/routes',
  'http/handlers',
  'event-log/log-reader',
  'rounds/batches',
]);

/** The files of services that led here, innermost first, without repetitions: e.g. `labs/removal`, `steps/stop-lab`. */
export function filesOnStack(): { service: Service; file: string }[] {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = DEPTH;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = limit;
  const found: { service: Service; file: string }[] = [];
  for (const [, folder, file = ''] of stack.matchAll(/\/src\/([\w-]+)\/([\w/-]+)\.ts/g)) {
    const service = SERVICES.find((one) => one === folder);
    if (service && found.at(-1)?.file !== file) found.push({ service, file });
  }
  return found;
}

/** Who acts, as `steps/stop-lab > labs/removal`: the step, aspect or command, and what it did it through. */
export function actorOf(files: readonly { file: string }[]): string {
  const telling = [...new Set(files.map(({ file }) => file).filter((file) => !PLUMBING.has(file)))].reverse();
  // How far back the stack reaches depends on the moment; a step is the same whoever has begun it.
  const step = telling.findLastIndex((file) => file.startsWith('steps/'));
  const own = telling.slice(Math.max(0, step));
  const [first = 'service', ...rest] = own;
  const last = rest.at(-1);
  return last === undefined ? first : `${first} > ${last}`;
}
