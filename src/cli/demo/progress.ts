import type { SessionView } from '@lcm/core/api/sessions.ts';
import { PIPELINE_NAMES } from '@lcm/core/domain/pipeline-progress.ts';

/** Shows how sessions are getting on. */
export interface Progress {
  update(name: string, session: SessionView): void;
  note(line: string): void;
  stop(): void;
}

const BAR = 20;
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** Lines that are drawn anew in a terminal; elsewhere a line whenever something has changed. */
export function openProgress(output: NodeJS.WriteStream): Progress {
  return output.isTTY ? drawnProgress(output) : linedProgress(output);
}

function linedProgress(output: NodeJS.WriteStream): Progress {
  const said = new Map<string, string>();
  return {
    update: (name, session) => {
      const line = describe(session);
      if (said.get(name) === line) return;
      said.set(name, line);
      output.write(`${name.padEnd(6)} ${line}\n`);
    },
    note: (line) => output.write(`${line}\n`),
    stop: () => {},
  };
}

function drawnProgress(output: NodeJS.WriteStream): Progress {
  const lines = new Map<string, SessionView>();
  let drawn = 0;
  let turn = 0;
  const draw = () => {
    const spinner = SPINNER[turn++ % SPINNER.length] ?? '';
    const text = [...lines].map(
      ([name, session]) =>
        `${isOver(session) ? '✔' : spinner} ${name.padEnd(6)} ${bar(session)} ${describe(session)}`,
    );
    const width = output.columns || 80;
    output.write(
      `${drawn > 0 ? `\x1b[${drawn}A` : ''}${text.map((line) => `\x1b[2K${line.slice(0, width - 1)}\n`).join('')}`,
    );
    drawn = text.length;
  };
  const timer = setInterval(draw, 100);
  return {
    update: (name, session) => lines.set(name, session),
    note: (line) => {
      if (drawn > 0) output.write(`\x1b[${drawn}A\x1b[J`);
      drawn = 0;
      output.write(`${line}\n`);
      draw();
    },
    stop: () => {
      clearInterval(timer);
      draw();
    },
  };
}

/** `RUNNING`, or `INSTANTIATING  lab_start 4/9: 3 of 5 nodes booted`. */
function describe(session: SessionView): string {
  const { status, standing, ending } = session;
  if (isOver(session))
    return `${status} (${ending?.outcome ?? ''}${session.gradeResult ? `, ${session.gradeResult}` : ''})`;
  const running = Object.values(session.pipelines).find((pipeline) => pipeline?.status === 'RUNNING');
  if (running) {
    const steps = Object.values(running.steps);
    const done = steps.filter((step) => step.status === 'COMPLETED' || step.status === 'SKIPPED').length;
    const now = steps.filter((step) => step.status === 'RUNNING');
    const what = now.map((step) => (step.message ? `${step.name}: ${step.message}` : step.name)).join(', ');
    return `${status}  ${running.name} ${done}/${steps.length}  ${what}`.trimEnd();
  }
  return standing?.reason ? `${status}  ${standing.reason.code}` : status;
}

/** How far it is, as a bar over everything that a session goes through. */
function bar(session: SessionView): string {
  const parts = PIPELINE_NAMES.map((name) => {
    const steps = Object.values(session.pipelines[name]?.steps ?? {});
    return steps.length === 0
      ? 0
      : steps.filter((step) => step.status === 'COMPLETED' || step.status === 'SKIPPED').length /
          steps.length;
  });
  const share = isOver(session) ? 1 : parts.reduce((sum, part) => sum + part, 0) / parts.length;
  const full = Math.round(share * BAR);
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`;
}

const isOver = ({ status }: SessionView) =>
  status === 'ARCHIVED' || status === 'EXPIRED' || status === 'TERMINATED';
