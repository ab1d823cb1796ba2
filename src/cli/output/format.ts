import { stringify } from 'yaml';
import { table } from './table.ts';

/** How an answer is printed: for people, or for programs. */
export type Format = 'table' | 'json' | 'yaml';

/** Prints items as a table of their columns, or whole as JSON or YAML. */
export function print<Item>(items: readonly Item[], format: Format, columns: Columns<Item>): void {
  if (format === 'json') console.log(JSON.stringify(items, null, 2));
  else if (format === 'yaml') console.log(stringify(items).trimEnd());
  else if (items.length === 0) console.log('None.');
  else
    console.log(
      table([
        Object.keys(columns),
        ...items.map((item) => Object.values(columns).map((cell) => cell(item) ?? '')),
      ]),
    );
}

/** What stands in each column, by its heading. */
export type Columns<Item> = Readonly<Record<string, (item: Item) => string | undefined>>;

/** Prints one thing whole. */
export function printOne(item: unknown, format: Format): void {
  console.log(format === 'json' ? JSON.stringify(item, null, 2) : stringify(item).trimEnd());
}
