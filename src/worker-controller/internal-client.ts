import type { Client } from '@lcm/core/api/client.ts';
import type { contract } from '@lcm/core/api/contract.ts';

/** The part of the control plane that controllers call. */
export type InternalClient = Client<(typeof contract)['internal']>;
