import type { Shell } from './device/ios-shell.ts';

/** One user's session on a console: bytes in, bytes out. */
export interface ConsoleSession {
  /** Takes what the user's terminal sent. */
  receive(bytes: Buffer): void;
}

const iac = 255;
const subnegotiationBegin = 250;
const subnegotiationEnd = 240;

/**
 * Plays a serial console: echoes what is typed, keeps the line being edited, and shows the prompt. Telnet
 * negotiation (RFC 854) is read over and not answered: PATty's ports are plain TCP.
 * @param write sends text to the user's terminal
 * @param log is told each command with its answer
 */
export function consoleSession(
  shell: Shell,
  write: (text: string) => void,
  log: (text: string) => void,
): ConsoleSession {
  let line = '';
  let lastWasReturn = false;
  const telnet = telnetFilter();

  const execute = () => {
    const prompt = shell.prompt();
    const answer = shell.execute(line);
    log(`${prompt}${line}${answer === '' ? '' : `\n${answer.trimEnd()}`}`);
    write(`\r\n${answer.replaceAll(/\r?\n/g, '\r\n')}${shell.prompt()}`);
    line = '';
  };
  const key = (code: number) => {
    const isNewline = code === 10 || code === 13;
    const followsReturn = lastWasReturn && (code === 10 || code === 0);
    lastWasReturn = code === 13;
    if (followsReturn) return;
    if (isNewline) execute();
    else if (code === 8 || code === 127) erase();
    else if (code === 3 || code === 21) clear();
    else if (code === 26) leaveConfiguration();
    else if (code >= 32) echo(String.fromCharCode(code));
  };
  const echo = (letter: string) => {
    line += letter;
    write(letter);
  };
  const erase = () => {
    if (line === '') return;
    line = line.slice(0, -1);
    write('\b \b');
  };
  const clear = () => {
    line = '';
    write(`\r\n${shell.prompt()}`);
  };
  const leaveConfiguration = () => {
    if (shell.prompt().includes('(config')) {
      line = 'end';
      execute();
    }
  };
  return {
    receive: (bytes) => {
      for (const code of telnet(bytes)) key(code);
    },
  };
}

/** Takes telnet commands out of a stream, across the borders of its chunks. */
function telnetFilter(): (bytes: Buffer) => number[] {
  let state: 'data' | 'command' | 'option' | 'subnegotiation' | 'subnegotiationCommand' = 'data';
  const step = (code: number): number | undefined => {
    switch (state) {
      case 'data':
        if (code !== iac) return code;
        state = 'command';
        return undefined;
      case 'command':
        // WILL, WONT, DO and DONT (251 to 254) carry an option.
        state =
          code === subnegotiationBegin
            ? 'subnegotiation'
            : code > subnegotiationBegin && code < iac
              ? 'option'
              : 'data';
        return undefined;
      case 'option':
        state = 'data';
        return undefined;
      case 'subnegotiation':
        if (code === iac) state = 'subnegotiationCommand';
        return undefined;
      case 'subnegotiationCommand':
        state = code === subnegotiationEnd ? 'data' : 'subnegotiation';
        return undefined;
    }
  };
  return (bytes) => [...bytes].flatMap((code) => step(code) ?? []);
}
