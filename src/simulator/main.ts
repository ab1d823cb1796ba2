import { parseArgs } from 'node:util';
import { IN_USE_STATUS } from './process-note.ts';
import { type RunningSimulator, startSimulator } from './simulator.ts';
import { StateInUse } from './state.ts';

const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string', default: 'data/simulator' },
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '8090' },
    'cml-port': { type: 'string', default: '8443' },
    seed: { type: 'string', default: '1' },
    'event-sink': { type: 'string', multiple: true, default: [] },
  },
});

try {
  const simulator = await startSimulator({
    dataDir: values['data-dir'],
    host: values.host,
    port: wholeNumber('port', values.port),
    cmlPort: wholeNumber('cml-port', values['cml-port']),
    seed: wholeNumber('seed', values.seed),
    eventSinks: values['event-sink'],
    // Not among the arguments, which everybody on the machine can read.
    eventToken: process.env['SIMULATOR_EVENT_TOKEN'],
    onProblem: (problem) => console.error(problem),
  });
  console.log(`simulator listens on ${simulator.url}`);
  closeWhenAsked(simulator);
} catch (error) {
  if (!(error instanceof StateInUse)) throw error;
  console.error(error.message);
  process.exitCode = IN_USE_STATUS;
}

function closeWhenAsked(simulator: RunningSimulator): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      simulator.close().catch((error: unknown) => {
        console.error(error);
        process.exitCode = 1;
      });
    });
  }
}

function wholeNumber(name: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`--${name} must be a whole number, not '${text}'`);
}
