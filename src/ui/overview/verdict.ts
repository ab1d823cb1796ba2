import { texts } from '../texts/texts.ts';
import { clockTime } from '../time/format.ts';
import type { Zone } from '../time/zone.ts';
import type { Outlook } from './outlook.ts';

const words = texts.overview;

/** Is all well? In a sentence or two. */
export function verdictOf({ all, needsYou, starts }: Outlook, zone: Zone): string {
  if (all === 0) return words.noSessions;
  const first =
    needsYou.length > 0
      ? words.needYou(needsYou.length, words.sessions(all))
      : words.allWell(words.sessions(all));
  const next = starts.filter(({ at }) => at === starts[0]?.at);
  const at = next[0]?.at;
  if (at === undefined) return first;
  const sessions = next.reduce((sum, one) => sum + one.sessions, 0);
  const atRisk = next.reduce((sum, one) => sum + one.atRisk, 0);
  const how = atRisk === 0 ? words.noneAtRisk : words.someAtRisk(atRisk);
  return `${first} ${words.nextStart(clockTime(at, zone), sessions, how)}`;
}
