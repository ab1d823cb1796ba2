import { expect, it } from 'vitest';
import { type FilterOption, matcherOf } from './filter-option.ts';

interface Row {
  state: string;
  late: boolean;
}
const look = { glyph: 'disc', tone: 'neutral', word: '' } as const;
const options: FilterOption<Row>[] = [
  { value: 'ON', group: 'state', look, matches: ({ state }) => state === 'ON' },
  { value: 'OFF', group: 'state', look, matches: ({ state }) => state === 'OFF' },
  { value: 'LATE', group: 'flag', look, matches: ({ late }) => late },
];
const rows: Row[] = [
  { state: 'ON', late: true },
  { state: 'OFF', late: false },
  { state: 'ODD', late: true },
];
const passing = (words: string[], text = '') =>
  rows.filter(matcherOf(options, words, text, ({ state }) => state)).map(({ state }) => state);

it('lets everything through where nothing is chosen', () => {
  expect(passing([])).toEqual(['ON', 'OFF', 'ODD']);
});

it('widens within a group and narrows across groups', () => {
  expect(passing(['ON', 'OFF'])).toEqual(['ON', 'OFF']);
  expect(passing(['ON', 'OFF', 'LATE'])).toEqual(['ON']);
});

it('takes words in any case and passes over unknown ones', () => {
  expect(passing(['off', 'nonsense'])).toEqual(['OFF']);
});

it('finds text in any case', () => {
  expect(passing([], ' od')).toEqual(['ODD']);
});
