import { randomUUID, webcrypto } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { ContentStore } from '@lcm/core/spi/content-store.ts';
import { contentKey, digestIn } from './content-key.ts';

/** What a crash left half written is thrown away when it is this old: nobody writes for so long. */
const ABANDONED_AFTER_MS = 24 * 3_600_000;

/**
 * A content store in a folder, which is created where it is missing: `<folder>/<first two digits>/<digest>`.
 * Several processes may share it, also over a network file system.
 * @throws Refusal `unavailable` where the folder cannot be used
 */
export async function openFileContentStore(folder: string): Promise<ContentStore> {
  const store = new FileContentStore(resolve(folder));
  await store.prepare();
  return store;
}

class FileContentStore implements ContentStore {
  readonly #folder: string;
  readonly #incoming: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#incoming = join(folder, 'incoming');
  }

  async prepare(): Promise<void> {
    await this.#reach(async () => {
      await makeFolder(this.#incoming);
      const oldest = Date.now() - ABANDONED_AFTER_MS;
      for (const name of await readdir(this.#incoming)) {
        const path = join(this.#incoming, name);
        // Another process may just have finished or removed it.
        const found = await stat(path).catch(absent);
        if (found && found.mtimeMs < oldest) await rm(path, { force: true });
      }
    });
  }

  async put(bytes: Uint8Array): Promise<string> {
    // The caller may go on to use its bytes for something else.
    const own = Uint8Array.from(bytes);
    const key = await keyOf(own);
    await this.#reach(async () => {
      const path = this.#path(key);
      // A damaged copy is replaced, which is why a file of that name is not enough.
      if (!path || (await this.#intact(key, path))) return;
      await this.#write(path, own);
    });
    return key;
  }

  async get(key: string): Promise<Uint8Array> {
    const bytes = await this.#reach(() => this.#read(key));
    if (!bytes) throw new Refusal('notFound', `there is no content ${key}`, { facts: { key } });
    if ((await keyOf(bytes)) !== key) {
      throw new Refusal(
        'notFound',
        `content ${key} is damaged: ${this.#path(key)} holds something else by now; restore it from a backup`,
        { facts: { key } },
      );
    }
    return bytes;
  }

  async has(key: string): Promise<boolean> {
    const path = this.#path(key);
    if (!path) return false;
    const found = await this.#reach(() => stat(path).catch(absent));
    return found?.isFile() ?? false;
  }

  /** Only what a well-formed key says gets into a path, so that none leads out of the folder. */
  #path(key: string): string | undefined {
    const digest = digestIn(key);
    return digest && join(this.#folder, digest.slice(0, 2), digest);
  }

  async #read(key: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const path = this.#path(key);
    if (!path) return undefined;
    const bytes = await readFile(path).catch(absent);
    return bytes && new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  async #intact(key: string, path: string): Promise<boolean> {
    const bytes = await readFile(path).catch(absent);
    return bytes !== undefined && (await keyOf(bytes)) === key;
  }

  /** Written aside, synced and then renamed: a reader finds all of it or nothing, also after a power cut. */
  async #write(path: string, bytes: Uint8Array): Promise<void> {
    const aside = join(this.#incoming, randomUUID());
    try {
      const file = await open(aside, 'wx', 0o400);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await makeFolder(dirname(path));
      await rename(aside, path);
      await syncFolder(dirname(path));
    } catch (error) {
      await rm(aside, { force: true });
      throw error;
    }
  }

  async #reach<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      const advice =
        code === 'ENOSPC' || code === 'EDQUOT'
          ? 'free some space'
          : 'it must be a folder that the account of this program may read and write';
      throw new Refusal('unavailable', `the content folder ${this.#folder} fails with ${code}; ${advice}`, {
        facts: { folder: this.#folder },
        cause: error,
      });
    }
  }
}

/** Hashed beside the event loop, since evidence can be large. */
async function keyOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return contentKey(new Uint8Array(await webcrypto.subtle.digest('SHA-256', bytes)));
}

/** Makes the folder and syncs its parent where it is new, so that the folder outlives a power cut. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders, and needs no sync of them.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Undefined for "there is no such file"; anything else is thrown on. */
function absent(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
