import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks at the terminal; the first line of standard input where there is none. */
export const ask = (question: string): Promise<string> => answer(question, stdout);

/** The same for what nobody is to see: what is typed does not show. */
export async function askSecret(question: string): Promise<string> {
  if (!stdin.isTTY) return ask('');
  stdout.write(question);
  const typed = await answer('', new Writable({ write: (_chunk, _encoding, done) => done() }));
  stdout.write('\n');
  return typed;
}

async function answer(question: string, output: NodeJS.WritableStream): Promise<string> {
  const terminal = createInterface({ input: stdin, output, terminal: stdin.isTTY });
  try {
    return stdin.isTTY ? await terminal.question(question) : await firstLine(terminal);
  } finally {
    terminal.close();
  }
}

async function firstLine(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) return line;
  return '';
}
