import type { Look } from '../state/chip.tsx';

/** Something that a list may be narrowed to. Options of one group widen each other, groups narrow. */
export interface FilterOption<E> {
  /** How the address writes it. */
  value: string;
  group: string;
  look: Look;
  matches: (entity: E) => boolean;
}

/**
 * What passes: one of the chosen options of each group that has any, and the text, in whatever case.
 * @param words options as the address writes them, in any case; unknown ones are passed over
 */
export function matcherOf<E>(
  options: readonly FilterOption<E>[],
  words: readonly string[],
  text: string,
  textOf: (entity: E) => string,
): (entity: E) => boolean {
  const chosen = chosenOptions(options, words);
  const groups = [...Map.groupBy(chosen, ({ group }) => group).values()];
  const wanted = text.trim().toLowerCase();
  return (entity) =>
    groups.every((group) => group.some(({ matches }) => matches(entity))) &&
    (wanted === '' || textOf(entity).toLowerCase().includes(wanted));
}

/** The options that the words name. */
export function chosenOptions<E>(
  options: readonly FilterOption<E>[],
  words: readonly string[],
): FilterOption<E>[] {
  const upper = words.map((one) => one.toUpperCase());
  return options.filter(({ value }) => upper.includes(value));
}
