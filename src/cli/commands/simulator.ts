import { startStandaloneCml } from '@lcm/simulator/cml/standalone.ts';
import { startSimulator } from '@lcm/simulator/simulator.ts';
import { type Command, InvalidArgumentError } from 'commander';
import { untilAskedToStop } from '../signals.ts';
import { wholeNumber } from './options.ts';

/** Adds `simulator` and `simulator cml`. */
export function addSimulatorCommand(program: Command): void {
  const simulator = program
    .command('simulator')
    .description('Run the simulated world: EC2, CloudWatch, CML, LDS and a grading engine')
    .option('--data-dir <folder>', 'where its state is kept', 'data/simulator')
    .option('--port <n>', 'its main port; 0 for any', port, 8090)
    .option('--cml-port <n>', 'port of every simulated CML server', port, 8443)
    .option(
      '--seed <n>',
      'the same seed and the same calls give the same ids, delays and faults',
      wholeNumber,
      1,
    )
    .option(
      '--event-sink <url...>',
      'where CloudEvents are sent, with the bearer token of SIMULATOR_EVENT_TOKEN',
      [],
    )
    .action(async ({ dataDir, port, cmlPort, seed, eventSink }: Options) => {
      const running = await startSimulator({
        dataDir,
        port,
        cmlPort,
        seed,
        eventSinks: eventSink,
        eventToken: process.env['SIMULATOR_EVENT_TOKEN'],
        onProblem: (problem) => console.error(problem),
      });
      console.log(`The simulator listens on ${running.url}`);
      await untilAskedToStop();
      await running.close();
    });

  simulator
    .command('cml')
    .description('Run one simulated CML server: plain HTTP on loopback, login admin/admin')
    .option('--port <n>', 'its port; 0 for any', port, 8443)
    .option('--state-file <path>', 'keep its state there; forgotten where absent')
    .action(async ({ port, stateFile }: { port: number; stateFile?: string }) => {
      const running = await startStandaloneCml({ port, ...(stateFile ? { stateFile } : {}) });
      console.log(`A simulated CML server listens on ${running.url} (admin/admin)`);
      await untilAskedToStop();
      await running.close();
    });
}

interface Options {
  dataDir: string;
  port: number;
  cmlPort: number;
  seed: number;
  eventSink: string[];
}

function port(text: string): number {
  const number = wholeNumber(text);
  if (number <= 65_535) return number;
  throw new InvalidArgumentError('must be a port, 0 to 65535');
}
