import { join } from 'node:path';

/** Where the embedded system keeps what, below its data folder. */
export const dataFiles = ({ dataDir }: { dataDir: string }) => ({
  /** The state and its history. */
  state: join(dataDir, 'lcm.sqlite'),
  /** Logins, grants and keys of the identity provider, sealed. */
  logins: join(dataDir, 'logins.sqlite'),
  /** Who did what, and the keys of the persons in it, sealed. */
  audit: join(dataDir, 'audit.sqlite'),
  /** Keys that open what is sealed, where none are configured. */
  keys: join(dataDir, 'secret.key'),
});
