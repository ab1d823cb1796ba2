import { Refusal } from '@lcm/core/domain/refusal.ts';
import { openFileContentStore } from './file-content-store.ts';
import { giveUpPrivileges } from './without-privileges.fixture.ts';

// A process without privileges that puts a content. Prints its key, or how it was refused. Arguments: the folder.
const [, , folder = ''] = process.argv;
giveUpPrivileges();
try {
  const store = await openFileContentStore(folder);
  process.stdout.write(await store.put(new TextEncoder().encode('hostname r1\n')));
} catch (error) {
  process.stdout.write(error instanceof Refusal ? `${error.code}: ${error.message}` : String(error));
}
