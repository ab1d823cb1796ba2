import { table } from '@lcm/cli/output/table.ts';
import { SESSION_STATUSES } from '@lcm/core/domain/session-state.ts';
import { doubled, left } from './judge-books.ts';
import { isExplained, wrongWith } from './judge-sessions.ts';
import type { Ordeal } from './ordeal.ts';
import { outagesOf, recoveries } from './recovery.ts';

/** Everything that is wrong, in words; nothing where the system came through. */
export function faultsOf(ordeal: Ordeal): string[] {
  const { lives, books, exitStatus, plan, kills } = ordeal;
  const extra = books.sessions.length - lives.length;
  return [
    ...(kills.length === plan.kills ? [] : [`${kills.length} kills in place of ${plan.kills}`]),
    ...kills.flatMap(({ underWay }, index) =>
      sum(underWay.values()) < plan.sessions ? [`too few sessions were under way at kill ${index + 1}`] : [],
    ),
    ...wrongWith(lives, outagesOf(ordeal)),
    ...(extra === 0 ? [] : [`${lives.length} sessions were booked, there are ${books.sessions.length}`]),
    ...doubled(books).map((what) => `doubled: ${what}`),
    ...left(books).map((what) => `left: ${what}`),
    ...books.contradictions.map((what) => `contradiction: ${what}`),
    ...(exitStatus === 0 ? [] : [`the system ended with ${exitStatus}`]),
  ];
}

/** What was gone through, in tables. */
export function reportOf(ordeal: Ordeal): string {
  const { lives, kills, books, seconds } = ordeal;
  const starting = kills.filter((kill) => kill.starting).length;
  const lost = lives.filter((life) => isExplained(life, outagesOf(ordeal))).length;
  const facts = [
    `${kills.length} kills, ${starting} of them while it was starting`,
    `${lives.length} sessions, ${lost} of which lost their slot to an outage`,
    `${books.workers.length} workers`,
    `${books.log.length} events`,
    `${Math.round(seconds)} s`,
  ];
  return [fateTable(ordeal), killTable(ordeal), worldTable(ordeal), recoveryTable(ordeal)]
    .map((rows) => table(rows))
    .concat(facts.join('; '))
    .join('\n\n');
}

type Rows = string[][];

function fateTable(ordeal: Ordeal): Rows {
  const { lives } = ordeal;
  const outages = outagesOf(ordeal);
  const byFate = Map.groupBy(lives, ({ fate }) => fate);
  return [
    ['FATE', 'SESSIONS', 'RIGHT', 'ENDED AS'],
    ...[...byFate].map(([fate, some]) => {
      const ends = some.map(({ session }) =>
        [session?.status ?? 'nowhere', session?.ending?.outcome, session?.gradeResult]
          .filter(Boolean)
          .join(' '),
      );
      const right = some.filter((life) => wrongWith([life], outages).length === 0).length;
      return [fate.name, `${some.length}`, `${right}`, countsOf(ends)];
    }),
  ];
}

function killTable({ kills }: Ordeal): Rows {
  const hit = (status: (typeof SESSION_STATUSES)[number]) =>
    sum(kills.map(({ underWay }) => underWay.get(status) ?? 0));
  return [
    ['HIT BY A KILL', 'SESSIONS'],
    ...SESSION_STATUSES.filter((status) => hit(status) > 0).map((status) => [status, `${hit(status)}`]),
  ];
}

function worldTable({ books }: Ordeal): Rows {
  const kinds = Map.groupBy(books.ledger.all, ({ kind }) => kind);
  return [
    ['IN THE SIMULATED WORLD', 'EVER', 'LEFT'],
    ...[...kinds].map(([kind, all]) => [
      kind,
      `${all.length}`,
      `${all.filter(({ closedAt }) => closedAt === undefined).length}`,
    ]),
  ];
}

function recoveryTable(ordeal: Ordeal): Rows {
  return [
    ['FROM A RESTART TO', 'STARTS', 'P50 MS', 'MAX MS'],
    ...Object.entries(recoveries(ordeal)).map(([what, times]) => {
      const inOrder = times.toSorted((one, other) => one - other);
      const [median, most] = [inOrder[Math.floor(inOrder.length / 2)], inOrder.at(-1)];
      return [what, `${times.length}`, Math.round(median ?? 0).toString(), Math.round(most ?? 0).toString()];
    }),
  ];
}

const sum = (numbers: Iterable<number>) => [...numbers].reduce((all, one) => all + one, 0);
const countsOf = (texts: readonly string[]) =>
  [...Map.groupBy(texts, (text) => text)].map(([text, some]) => `${some.length} ${text}`).join(', ');
