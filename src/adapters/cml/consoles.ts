import { connect, type Socket } from 'node:net';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Consoles } from '@lcm/core/spi/console.ts';
import { cleanOutput, findPrompt, hasEcho, type Prompt, stripTelnet } from './console-text.ts';

export interface ConsoleOptions {
  clock: Clock;
  /** Milliseconds until a prompt must have come, after each line that is sent; 30,000 by default. */
  promptTimeoutMs?: number | undefined;
}

/**
 * Consoles over plain TCP, as CML's PATty tool serves them on a worker's ports. A console has one screen
 * for all who look at it, so commands for the same port wait for each other.
 */
export function patConsoles({ clock, promptTimeoutMs = 30_000 }: ConsoleOptions): Consoles {
  const busy = new Map<string, Promise<unknown>>();
  return {
    run: (host, port, commands, signal) => {
      const where = `${host}:${port}`;
      const before = busy.get(where) ?? Promise.resolve();
      const turn = before.then(() => runCommands({ host, port, commands, signal, clock, promptTimeoutMs }));
      const settled = turn.catch(() => undefined);
      busy.set(where, settled);
      return turn.finally(() => {
        if (busy.get(where) === settled) busy.delete(where);
      });
    },
  };
}

interface Run {
  host: string;
  port: number;
  commands: readonly string[];
  signal: AbortSignal;
  clock: Clock;
  promptTimeoutMs: number;
}

async function runCommands(run: Run): Promise<Record<string, string>> {
  const where = `console ${run.host}:${run.port}`;
  if (run.signal.aborted) throw new Refusal('unavailable', `${where}: ${String(run.signal.reason)}`);
  const screen = openScreen(run);
  try {
    let prompt = await screen.enter('');
    if (prompt.text.endsWith('>')) prompt = await screen.enter('enable');
    // A shell of a Linux node pages nothing.
    if (prompt.text.endsWith('#') && !/[@:~]/.test(prompt.text)) await screen.enter('terminal length 0');
    const printed: Record<string, string> = {};
    for (const command of run.commands) {
      const { output } = await screen.enter(command);
      printed[command] = cleanOutput(output, command);
    }
    return printed;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('unavailable', `${where}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  } finally {
    screen.close();
  }
}

function openScreen({ host, port, signal, clock, promptTimeoutMs }: Run) {
  const socket: Socket = connect({ host, port });
  let seen = '';
  let failure: Error | undefined;
  let wake = () => {};
  const fail = (error: Error) => {
    failure ??= error;
    wake();
  };
  const onAbort = () => fail(new Error(`given up: ${String(signal.reason)}`));
  signal.addEventListener('abort', onAbort, { once: true });
  socket.setEncoding('latin1');
  socket.on('data', (text) => {
    seen += stripTelnet(String(text));
    wake();
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the console closed the connection')));

  let device: string | undefined;
  /** A prompt counts only after the echo: it may be the answer to a line that was sent before. */
  const untilPrompt = async (line: string): Promise<Prompt> => {
    const cancel = clock.after(promptTimeoutMs, () => fail(new Error(`no prompt in ${promptTimeoutMs} ms`)));
    try {
      for (;;) {
        if (failure) throw failure;
        const question = QUESTIONS.find(([pattern]) => pattern.test(seen));
        if (question) {
          seen = seen.replace(question[0], '');
          socket.write(question[1]);
        }
        const prompt = findPrompt(seen, device);
        if (prompt && hasEcho(seen, line)) return prompt;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      cancel();
    }
  };

  return {
    /** Sends the line and waits for the next prompt; gives it and what came before it. */
    enter: async (line: string): Promise<{ output: string; text: string }> => {
      seen = '';
      socket.write(`${line}\r`);
      const prompt = await untilPrompt(line);
      device = prompt.device;
      return { output: seen.slice(0, prompt.at), text: prompt.text };
    },
    close: () => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
    },
  };
}

/** What devices ask in between, and what to say to it. */
const QUESTIONS: readonly (readonly [RegExp, string])[] = [
  [/\s*-+ ?\(?more[^\n]*$/i, ' '],
  [/initial configuration dialog\? \[yes\/no\]:\s*$/i, 'no\r'],
  [/Press RETURN to get started[.!]?\s*$/i, '\r'],
];
