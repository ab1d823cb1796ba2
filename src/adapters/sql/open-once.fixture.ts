import { openSqliteStore } from './sqlite-store.ts';

// A second process that wants the file. Prints why it may not have it. Arguments: the file.
const [, , file = ''] = process.argv;
try {
  await openSqliteStore(file).close();
  process.stdout.write('opened');
} catch (error) {
  process.stdout.write(error instanceof Error ? error.message : String(error));
}
