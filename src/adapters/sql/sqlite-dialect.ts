import type { Dialect } from './dialect.ts';

/** https://sqlite.org/lang.html; texts compare as UTF-8 bytes, which is the order of code points. */
export const sqliteDialect: Dialect = {
  parameter: (n) => `?${n}`,
  growingKey: 'INTEGER PRIMARY KEY AUTOINCREMENT',
  wholeNumber: 'INTEGER',
  text: 'TEXT',
  json: 'TEXT',
  field: (path) => `coalesce(json_extract(state, '${jsonPath(path)}'), '')`,
  value: (value) => value,
};

const jsonPath = (path: string): string =>
  ['$', ...path.split('.').map((name) => `"${name.replaceAll('"', '').replaceAll("'", "''")}"`)].join('.');
