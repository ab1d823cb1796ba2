import type { Collection, SimulatorState } from '../state.ts';
import type { LicensingRecord } from './licensing-record.ts';
import type {
  Capture,
  GroupRecord,
  LabRecord,
  NodeRecord,
  ResourcePoolRecord,
  TokenRecord,
  UserRecord,
} from './model.ts';
import type { SystemSettings } from './settings-record.ts';
import type { TelemetryRecord } from './telemetry.ts';

/** Everything durable of one server, by kind. */
export interface CmlStore {
  labs: Collection<LabRecord>;
  nodes: Collection<NodeRecord>;
  users: Collection<UserRecord>;
  groups: Collection<GroupRecord>;
  pools: Collection<ResourcePoolRecord>;
  tokens: Collection<TokenRecord>;
  captures: Collection<Capture>;
  telemetry: Collection<TelemetryRecord>;
  /** One entry each, under the id `only`. */
  licensing: Collection<LicensingRecord>;
  settings: Collection<SystemSettings>;
  /** Forgets the whole server: its disk is gone. */
  erase(): void;
}

/** The collections of the server `serverId` in the simulated world's state. */
export function openStore(state: SimulatorState, serverId: string): CmlStore {
  const erasers: (() => void)[] = [];
  const open = <T>(kind: string, idOf: (value: T) => string): Collection<T> => {
    const collection = state.collection<T>(`cml/${serverId}/${kind}`);
    erasers.push(() => {
      for (const value of collection.values()) collection.delete(idOf(value));
    });
    return collection;
  };
  const only = () => onlyId;
  return {
    labs: open<LabRecord>('labs', (lab) => lab.id),
    nodes: open<NodeRecord>('nodes', (node) => node.id),
    users: open<UserRecord>('users', (user) => user.id),
    groups: open<GroupRecord>('groups', (group) => group.id),
    pools: open<ResourcePoolRecord>('pools', (pool) => pool.id),
    tokens: open<TokenRecord>('tokens', (token) => token.token),
    captures: open<Capture>('captures', (capture) => capture.key),
    telemetry: open<TelemetryRecord>('telemetry', (event) => event.id),
    licensing: open<LicensingRecord>('licensing', only),
    settings: open<SystemSettings>('settings', only),
    erase: () => {
      for (const erase of erasers) erase();
    },
  };
}

/** The id of the entry in a collection that has but one. */
export const onlyId = 'only';
