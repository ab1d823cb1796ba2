/** What one simulated CML server remembers. Fields that go over the wire keep CML's own names. */

export type NodeState = 'DEFINED_ON_CORE' | 'STOPPED' | 'QUEUED' | 'STARTED' | 'BOOTED';
/** States of labs, links and interfaces: a lab is never BOOTED. */
export type ElementState = 'DEFINED_ON_CORE' | 'STOPPED' | 'STARTED';

interface ConfigurationFile {
  name: string;
  content: string;
}

/** One text, or named files (CML 2.7 and later); the form in which it came is kept. */
export type Configuration = string | ConfigurationFile[] | null;

export interface InterfaceRecord {
  id: string;
  label: string;
  type: 'physical' | 'loopback';
  slot: number | null;
  mac_address: string | null;
  /** False after the interface was stopped by itself. */
  up: boolean;
}

/**
 * Where a node is in its life. States are derived from these times (milliseconds since the epoch) when
 * somebody looks, so that nothing has to happen by itself and a restart loses nothing.
 */
type NodeLife =
  | { phase: 'defined' }
  | { phase: 'stopped' }
  | { phase: 'started'; queuedAt: number; startsAt: number; bootsAt: number }
  | { phase: 'stopping'; stopsAt: number };

/** The part of a node that its author decides. */
export interface NodeSettings {
  label: string;
  node_definition: string;
  image_definition: string | null;
  x: number;
  y: number;
  configuration: Configuration;
  ram: number | null;
  cpus: number | null;
  cpu_limit: number | null;
  data_volume: number | null;
  boot_disk_size: number | null;
  hide_links: boolean;
  tags: string[];
  parameters: Record<string, unknown>;
  pinned_compute_id: string | null;
}

export interface NodeRecord extends NodeSettings {
  id: string;
  labId: string;
  interfaces: InterfaceRecord[];
  life: NodeLife;
  /** What the device runs with; missing until something changed it: then it is what it started from. */
  running?: string;
  /** What was saved with `write memory`; survives a stop, not a wipe. */
  startup?: string;
  consoleLog?: string;
  consoleKey: string;
  vncKey: string;
}

/** Impairments of a link: bandwidth in kbit/s, latency and jitter in ms, the rest in percent. */
export type LinkCondition = Record<string, number | boolean>;

export interface LinkRecord {
  id: string;
  label: string;
  nodeA: string;
  interfaceA: string;
  nodeB: string;
  interfaceB: string;
  condition: LinkCondition | null;
  up: boolean;
}

/** One packet capture on a link. The key of a link's capture is the link's own id. */
export interface Capture {
  key: string;
  startMs: number;
  /** When it stopped or will have stopped; missing while it is bounded by packets only. */
  endMs?: number;
  maxpackets?: number;
  maxtime?: number;
  bpfilter: string;
  encap: string;
  starttime: string;
}

export interface Association {
  id: string;
  permissions: string[];
}

export interface LabRecord {
  id: string;
  title: string;
  description: string;
  notes: string;
  ownerId: string;
  /** UTC ISO 8601. */
  created: string;
  modified: string;
  nodeIds: string[];
  links: LinkRecord[];
  annotations: Record<string, unknown>[];
  smartAnnotations: Record<string, unknown>[];
  associations: { users: Association[]; groups: Association[] };
  connectorMappings: Record<string, string | null>;
}

export interface UserRecord {
  id: string;
  username: string;
  passwordHash: string;
  fullname: string;
  description: string;
  email: string;
  admin: boolean;
  groups: string[];
  associations: Association[];
  resource_pool: string | null;
  opt_in: boolean | null;
  tour_version: string;
  pubkey: string;
  created: string;
  modified: string;
}

export interface GroupRecord {
  id: string;
  name: string;
  description: string;
  members: string[];
  associations: Association[];
  created: string;
  modified: string;
}

/** Limits that some users share; ram in MB, disk_space in GB; null is unlimited. */
export interface ResourcePoolRecord {
  id: string;
  label: string;
  description: string;
  template: string | null;
  licenses: number | null;
  ram: number | null;
  cpus: number | null;
  disk_space: number | null;
  external_connectors: string[] | null;
  is_template: boolean;
}

export interface TokenRecord {
  token: string;
  userId: string;
  expiresAt: number;
}
