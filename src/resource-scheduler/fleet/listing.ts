import { allPages } from '../client.ts';

type List<Item> = (input: {
  query: { where?: string; limit: number; cursor?: string | undefined };
}) => Promise<{ items: Item[]; nextCursor?: string | undefined }>;

/** As many ids as surely fit into one query. */
const IDS = 15;
const PAGE = 1_000;

/** All that match, page after page. */
export function listAll<Item>(list: List<Item>, where: Record<string, readonly string[]>): Promise<Item[]> {
  return allPages((cursor) => list({ query: { where: JSON.stringify(where), limit: PAGE, cursor } }));
}

/** Those with these ids, some dozens of queries at most under way at once. */
export async function listById<Item>(
  list: List<Item>,
  field: string,
  ids: readonly string[],
): Promise<Item[]> {
  const chunks = Array.from({ length: Math.ceil(ids.length / IDS) }, (_, index) =>
    ids.slice(index * IDS, (index + 1) * IDS),
  );
  const found: Item[] = [];
  for (let at = 0; at < chunks.length; at += 24) {
    const some = chunks.slice(at, at + 24).map((chunk) => listAll(list, { [field]: chunk }));
    found.push(...(await Promise.all(some)).flat());
  }
  return found;
}
