import type { BusEntry } from '@lcm/core/spi/state-bus.ts';

/** An entry and the revision at which its key came to be. */
export interface KeyRecord extends BusEntry {
  createRevision: number;
  /** The lease it is bound to; it goes with it. */
  leaseId?: string | undefined;
}

/** Keys like `/lcm/sessions/42`, kept by folder so that a listing looks only at what it may give. */
export class Keyspace {
  readonly #folders = new Map<string, Map<string, KeyRecord>>();

  get(key: string): KeyRecord | undefined {
    return this.#folders.get(folderOf(key))?.get(key);
  }

  set(record: KeyRecord): void {
    const folder = folderOf(record.key);
    const records = this.#folders.get(folder);
    if (records) records.set(record.key, record);
    else this.#folders.set(folder, new Map([[record.key, record]]));
  }

  /** Whether it was there. */
  delete(key: string): boolean {
    const folder = folderOf(key);
    const records = this.#folders.get(folder);
    const had = records?.delete(key) ?? false;
    if (records?.size === 0) this.#folders.delete(folder);
    return had;
  }

  /** Everything under the prefix, in order of the keys. */
  under(prefix: string): KeyRecord[] {
    const found: KeyRecord[] = [];
    for (const [folder, records] of this.#folders) {
      const whole = folder.startsWith(prefix);
      if (!whole && !prefix.startsWith(folder)) continue;
      for (const record of records.values()) if (whole || record.key.startsWith(prefix)) found.push(record);
    }
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }
}

const folderOf = (key: string) => key.slice(0, key.lastIndexOf('/') + 1);
