import { describe, expect, it } from 'vitest';
import { describeCommits } from './state-store-commits.ts';
import { describeLists } from './state-store-lists.ts';
import { describeLog } from './state-store-log.ts';
import { describeReopening } from './state-store-reopening.ts';
import { change, refusalOf, type StoreUnderTest, storePerTest } from './store-in-test.ts';

/**
 * What every state store has to do, whatever is underneath.
 * @param lasting whether a store opened after another finds what that one wrote
 */
export function describeStateStore(
  name: string,
  make: () => Promise<StoreUnderTest>,
  { lasting = true } = {},
): void {
  describe(`${name} as a state store`, () => {
    const under = storePerTest(make);
    describeCommits(under);
    describeLog(under);
    describeLists(under);
    if (lasting) describeReopening(under);

    it('refuses to work once it is closed, and closes twice without harm', async () => {
      await under.put(change('a', 0));
      await under.store.close();
      await under.store.close();
      const refused = [
        under.store.load('session', 'a'),
        under.store.loadMany('session', ['a']),
        under.store.readLog(0, 10),
        under.put(change('a', 1)),
      ];
      for (const call of refused) expect(await refusalOf(call)).toMatchObject({ code: 'unavailable' });
    });
  });
}
