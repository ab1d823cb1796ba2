import { isRecord } from '../live/frame.ts';

/** Every entry of a history says these in columns of their own. */
const SAID = ['type', 'at', 'by', 'id', 'runId'];
/** What is worth a word of something nested. */
const WORTH = ['name', 'status', 'workerId', 'outcome', 'message', 'start', 'end', 'cmlLabId', 'code'];

/** The facts of an event in a line: plain ones, and of what is nested what a person looks for. */
export function factsText(facts: Readonly<Record<string, unknown>>): string {
  return Object.entries(facts)
    .filter(([name]) => !SAID.includes(name))
    .flatMap(([name, value]) => {
      const text = isRecord(value) ? nestedText(value) : plainText(value);
      return text === '' ? [] : [`${name} ${text}`];
    })
    .join(', ');
}

function nestedText(value: Record<string, unknown>): string {
  return WORTH.map((name) => plainText(value[name]))
    .filter((text) => text !== '')
    .join(' ');
}

function plainText(value: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '';
}
