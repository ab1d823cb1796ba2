import type { Swept } from './swept.ts';

/** Most items that one request takes. */
const BATCH = 500;

/** Releases what sessions have given up, e.g. the placement from which one was moved. */
export async function releaseLeftovers({ sessions, client, headers }: Swept): Promise<void> {
  const items = sessions.flatMap(({ state }) =>
    state.releases.map((release) => ({ sessionId: state.id, ...release })),
  );
  for (let index = 0; index < items.length; index += BATCH) {
    const batch = items.slice(index, index + BATCH);
    await client.internal.releasePlacements({ body: { items: batch }, headers: headers() });
  }
}
