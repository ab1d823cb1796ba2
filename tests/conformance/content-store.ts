import type { ContentStore } from '@lcm/core/spi/content-store.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** What every content store has to do, whatever is underneath. */
export function describeContentStore(
  name: string,
  make: () => Promise<{ store: ContentStore; discard: () => Promise<void> }>,
): void {
  describe(`${name} as a content store`, () => {
    let store: ContentStore;
    let discard: () => Promise<void>;
    beforeEach(async () => {
      ({ store, discard } = await make());
    });
    afterEach(() => discard());

    it('gives back the bytes that were put in', async () => {
      const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      expect(await store.get(await store.put(every))).toEqual(every);
    });

    it('names content by its SHA-256', async () => {
      // Digests of the empty text and of "abc": FIPS 180-4, examples.
      expect(await store.put(new Uint8Array())).toBe(
        'sha256-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      );
      expect(await store.put(text('abc'))).toBe(
        'sha256-ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      );
      expect(await store.get(await store.put(new Uint8Array()))).toEqual(new Uint8Array());
    });

    it('takes the same content twice, also at once', async () => {
      const keys = await Promise.all(Array.from({ length: 20 }, () => store.put(text('same'))));
      expect(new Set(keys).size).toBe(1);
      expect(await store.get(keys[0] ?? '')).toEqual(text('same'));
    });

    it('keeps contents apart', async () => {
      const texts = Array.from({ length: 50 }, (_, n) => `content ${n}`);
      const keys = await Promise.all(texts.map((one) => store.put(text(one))));
      expect(await Promise.all(keys.map((key) => store.get(key)))).toEqual(texts.map(text));
    });

    it('takes a window into a larger buffer for what it shows', async () => {
      const key = await store.put(text('--abc--').subarray(2, 5));
      expect(key).toBe(await store.put(text('abc')));
      expect(await store.get(key)).toEqual(text('abc'));
    });

    it('takes several megabytes', async () => {
      const large = Uint8Array.from({ length: 5_000_000 }, (_, index) => (index * 31) % 251);
      const back = await store.get(await store.put(large));
      expect(Buffer.compare(back, large)).toBe(0);
    });

    it('never changes, whatever happens to the bytes outside', async () => {
      const given = text('original');
      const putting = store.put(given);
      given.fill(0);
      const key = await putting;
      (await store.get(key)).fill(0);
      expect(await store.get(key)).toEqual(text('original'));
    });

    it('knows what it has', async () => {
      const key = await store.put(text('here'));
      expect(await store.has(key)).toBe(true);
      expect(await store.has(NOWHERE)).toBe(false);
      expect(await store.has('no key at all')).toBe(false);
    });

    it('refuses what it does not have', async () => {
      await expect(store.get(NOWHERE)).rejects.toMatchObject({ code: 'notFound' });
      await expect(store.get('no key at all')).rejects.toMatchObject({ code: 'notFound' });
    });
  });
}

const NOWHERE = `sha256-${'0'.repeat(64)}`;

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
