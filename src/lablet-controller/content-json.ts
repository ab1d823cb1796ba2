import type { ContentStore } from '@lcm/core/spi/content-store.ts';
import type { z } from 'zod';

/** Keeps a value as JSON and gives its key; the same value has the same key. */
export function putJson(content: ContentStore, value: unknown): Promise<string> {
  return content.put(new TextEncoder().encode(JSON.stringify(value)));
}

/** Reads what `putJson` kept. @throws Refusal `notFound` */
export async function getJson<Schema extends z.ZodType>(
  content: ContentStore,
  key: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  return schema.parse(JSON.parse(await getText(content, key)));
}

/** A kept text. @throws Refusal `notFound` */
export async function getText(content: ContentStore, key: string): Promise<string> {
  return new TextDecoder().decode(await content.get(key));
}
