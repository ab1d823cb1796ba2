import type { AuditKeys } from '@lcm/core/spi/audit-keys.ts';
import type { AuditLog } from '@lcm/core/spi/audit-log.ts';
import { type Head, isProvenHead } from './chain.ts';

/** Where the chain ends, and whether that is where this system left it. */
export interface ChainEnd extends Pick<Head, 'place' | 'hash' | 'received'> {
  /** Of the last link; empty where all days are dropped. */
  day: string;
  /** Why it is not; absent where it is. */
  broken?: { what: 'added' | 'missing'; message: string };
}

/** Reads the end of the chain. Another may add to it in between: what does not fit together is read again. */
export async function chainEnd(log: AuditLog, keys: AuditKeys): Promise<ChainEnd> {
  for (let attempt = 1; ; attempt++) {
    const end = await readEnd(log, keys);
    if (end.broken === undefined || attempt === 3) return end;
  }
}

async function readEnd(log: AuditLog, keys: AuditKeys): Promise<ChainEnd> {
  const text = await log.note('head');
  const [last, seal] = [await log.lastLink(), (await log.seals()).at(-1)];
  const [place, hash] = [last?.place ?? seal?.lastPlace ?? 0, last?.hash ?? seal?.root ?? ''];
  const end = { place, hash, day: last?.day ?? '', received: 0 };
  if (text === undefined)
    return place === 0 ? end : broken(end, 'missing', 'the proof of the end of the chain is gone');
  const head: Head = JSON.parse(text);
  if (!isProvenHead(keys, head))
    return broken(end, 'missing', 'the proof of the end of the chain was not made by this system');
  if (head.place !== place || head.hash !== hash)
    return broken(
      end,
      place > head.place ? 'added' : 'missing',
      `the chain was left at place ${head.place} and ends at ${place}`,
    );
  return { ...end, received: head.received };
}

const broken = (end: ChainEnd, what: 'added' | 'missing', message: string): ChainEnd => ({
  ...end,
  broken: { what, message },
});
