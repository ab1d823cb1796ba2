/** A prompt, the name of the device in it, and where its line begins. */
export interface Prompt {
  text: string;
  device: string;
  at: number;
}

/**
 * A prompt at the end of what came: `R1>`, `R1#`, `R1(config)#`, `RP/0/RP0/CPU0:xr#`, `user@host:~$`.
 * @param device only a prompt of that device counts
 */
export function findPrompt(seen: string, device?: string): Prompt | undefined {
  const match = /(?:^|[\r\n])(([A-Za-z0-9][\w.\-/:@]*)(?:~[\w./-]*)?(?:\([\w.\-/]+\))?[>#$]) ?$/.exec(seen);
  const [, text, name] = match ?? [];
  if (!match || text === undefined || name === undefined) return undefined;
  return device === undefined || device === name ? { text, device: name, at: match.index } : undefined;
}

/** Whether the device has repeated the beginning of the command; long ones are scrolled, so the rest may be missing. */
export function hasEcho(seen: string, command: string): boolean {
  return command === '' || seen.includes(command.trim().slice(0, 20));
}

/** What a command printed, out of bytes read as Latin-1: without its echo, control sequences and the blank lines around it. */
export function cleanOutput(output: string, command: string): string {
  const lines = Buffer.from(output, 'latin1')
    .toString('utf8')
    .replace(ANSI_SEQUENCES, '')
    .replaceAll(' \b', '')
    .replaceAll('\b', '')
    .replace(/\r+\n?/g, '\n')
    .split('\n')
    .map((line) => line.trimEnd());
  const echo = lines.findIndex((line) => line.trim() !== '');
  if (echo >= 0 && hasEcho(lines[echo] ?? '', command)) lines.splice(0, echo + 1);
  return lines.join('\n').replace(/^\n+/, '').replace(/\s+$/, '');
}

/** Colours and cursor movements (ECMA-48 control sequences). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const ANSI_SEQUENCES = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|[()][A-Z0-9]|[=>])/g;

/**
 * Takes telnet's negotiation out of the text (RFC 854: IAC is 255, WILL to DONT are 251 to 254, subnegotiation
 * is 250 to 240). PATty serves plain TCP; some consoles still begin with it.
 */
export function stripTelnet(text: string): string {
  return text.replace(
    /\u00ff(?:[\u00fb-\u00fe][\s\S]|\u00fa[\s\S]*?\u00ff\u00f0|[\u00f0-\u00f9]|(\u00ff))/g,
    (_whole, doubled: string | undefined) => doubled ?? '',
  );
}
