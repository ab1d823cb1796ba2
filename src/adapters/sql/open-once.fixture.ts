import { giveUpPrivileges } from '../files/without-privileges.fixture.ts';
import { openSqliteStore } from './sqlite-store.ts';

// A second process that wants the file. Prints why it may not have it. Arguments: the file, and
// `unprivileged` where file modes are to hold for it though root may have started it.
const [, , file = '', as] = process.argv;
if (as === 'unprivileged') giveUpPrivileges();
try {
  await openSqliteStore(file).close();
  process.stdout.write('opened');
} catch (error) {
  process.stdout.write(error instanceof Error ? error.message : String(error));
}
