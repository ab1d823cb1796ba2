import { createHash } from 'node:crypto';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { ContentStore } from '@lcm/core/spi/content-store.ts';
import { contentKey } from '../files/content-key.ts';

/** A content store in memory, for tests and simulations on virtual time. */
export class MemoryContentStore implements ContentStore {
  readonly #contents = new Map<string, Uint8Array>();

  async put(bytes: Uint8Array): Promise<string> {
    const key = contentKey(createHash('sha256').update(bytes).digest());
    // Copies on both ways: nobody holds a reference into the store.
    this.#contents.set(key, Uint8Array.from(bytes));
    return key;
  }

  async get(key: string): Promise<Uint8Array> {
    const bytes = this.#contents.get(key);
    if (!bytes) throw new Refusal('notFound', `there is no content ${key}`, { facts: { key } });
    return Uint8Array.from(bytes);
  }

  async has(key: string): Promise<boolean> {
    return this.#contents.has(key);
  }
}
