import { useSyncExternalStore } from 'react';
import type { Connection } from './connection.ts';
import { connection } from './live.ts';

/** How the page stands with the server, as it is now. */
export function useConnection(): Connection {
  return useSyncExternalStore(connection.watch, connection.get);
}
