import { describe, expect, it } from 'vitest';
import { GroupCommit } from './group-commit.ts';

/** A ledger of transactions: what each wrote, nothing where it failed. */
function ledger() {
  const transactions: string[][] = [];
  let open: string[] = [];
  const group = new GroupCommit((work) => {
    open = [];
    work();
    transactions.push(open);
  });
  const write = (text: string, weight?: number) => group.write(() => open.push(text), weight);
  return { group, transactions, write };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('group commit', () => {
  it('writes what comes in one turn in one transaction, in order', async () => {
    const { transactions, write } = ledger();
    await Promise.all([write('a'), write('b'), write('c')]);
    await write('d');
    expect(transactions).toEqual([['a', 'b', 'c'], ['d']]);
  });

  it('gives each writer the result of its own work', async () => {
    const { group } = ledger();
    expect(await Promise.all([group.write(() => 1), group.write(() => 'two')])).toEqual([1, 'two']);
  });

  it('fails only the writer whose work fails', async () => {
    const { group, transactions, write } = ledger();
    const spoilt = group.write(() => {
      throw new Error('no good');
    });
    const others = Promise.all([write('a'), write('b')]);
    await expect(spoilt).rejects.toThrow('no good');
    await others;
    expect(transactions.flat()).toEqual(['a', 'b']);
  });

  it('leaves the event loop a turn between the parts of a long queue', async () => {
    const { transactions, write } = ledger();
    const writes = Promise.all(Array.from({ length: 10 }, (_, n) => write(String(n), 100)));
    const seen: number[] = [];
    while (transactions.flat().length < 10) {
      await turn();
      seen.push(transactions.flat().length);
    }
    await writes;
    expect(seen.length).toBeGreaterThan(3);
    expect(transactions.map(({ length }) => length)).toEqual([2, 2, 2, 2, 2]);
  });

  it('writes a batch that is heavier than a transaction should be, rather than never', async () => {
    const { transactions, write } = ledger();
    await Promise.all([write('huge', 10_000), write('small')]);
    expect(transactions).toEqual([['huge'], ['small']]);
  });

  it('writes all that waits when it is told to', async () => {
    const { group, transactions, write } = ledger();
    const writes = Promise.all([write('a', 200), write('b', 200)]);
    group.flush();
    expect(transactions).toEqual([['a'], ['b']]);
    await writes;
  });
});
