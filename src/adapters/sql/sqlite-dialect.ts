import type { Dialect } from './dialect.ts';

/** Texts compare as UTF-8 bytes, which is the order of code points: https://sqlite.org/datatype3.html */
export const sqliteDialect: Dialect = {
  parameter: (n) => `?${n}`,
  growingKey: 'INTEGER PRIMARY KEY AUTOINCREMENT',
  wholeNumber: 'INTEGER',
  text: 'TEXT',
  json: 'TEXT',
  // Without a type, numbers stay numbers and texts texts; numbers come first.
  field: '',
};
