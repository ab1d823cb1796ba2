import type { LicenceType } from '../domain/resources.ts';

/** CML's licence as its API tells it (reference 04, A1.7). */
export interface CmlLicence {
  registration: string;
  authorization: string;
  product: string;
  /** Nodes that the features in force allow. */
  nodeLimit?: number | undefined;
  expires?: string | undefined;
  udi?: string | undefined;
}

export interface CmlSystemStats {
  cpuPercent: number;
  memoryUsedGb: number;
  memoryTotalGb: number;
  diskUsedGb: number;
  diskTotalGb: number;
  runningNodes: number;
  allocatedCpus: number;
  allocatedMemoryGb: number;
}

/** What somebody did on the server, from its telemetry; by it a worker is known to be used. */
export interface CmlActivity {
  category: string;
  at: string;
  user?: string | undefined;
}

/** The system side of one CML server: what the worker controller needs. */
export interface CmlSystem {
  /** Undefined while nothing answers or the answer is that of a proxy in front of it. */
  information(): Promise<{ version: string; ready: boolean } | undefined>;
  nodeDefinitions(): Promise<string[]>;
  stats(): Promise<CmlSystemStats>;
  licence(): Promise<CmlLicence>;
  /** Sets the product and sends the token; asynchronous at CML, so poll `licence`. */
  register(type: LicenceType, token: string, extraNodes?: number): Promise<void>;
  /** Asynchronous at CML. @throws Refusal `conflict` while labs run */
  deregister(): Promise<void>;
  /** ONLINE takes no starts, READY does. */
  setAdmission(state: 'ONLINE' | 'READY'): Promise<void>;
  /** Events after that time (UTC), oldest first. */
  activities(since: string): Promise<CmlActivity[]>;
}

/** A lab as CML describes it. */
export interface CmlLab {
  id: string;
  title: string;
  notes: string;
  owner: string;
  /** As CML says it: DEFINED_ON_CORE, STOPPED, STARTED, QUEUED; unknown ones pass through. */
  state: string;
  nodeCount: number;
  linkCount: number;
}

export interface CmlNode {
  id: string;
  label: string;
  nodeDefinition: string;
  /** DEFINED_ON_CORE, STOPPED, QUEUED, STARTED, BOOTED, DISCONNECTED; unknown ones pass through. */
  state: string;
  tags: string[];
  cpus: number;
  memoryMb: number;
  x: number;
  y: number;
}

/** The labs side of one CML server: what the lablet controller needs. Reads are in bulk, never one per node. */
export interface CmlLabs {
  /** All labs, of every user. */
  list(): Promise<CmlLab[]>;
  /** Undefined where there is none. */
  get(labId: string): Promise<CmlLab | undefined>;
  /** Not idempotent at CML: look for the marker in the notes before repeating it. @throws Refusal `rule` */
  import(topology: string): Promise<{ labId: string; warnings: string[] }>;
  patch(labId: string, change: { title?: string; notes?: string }): Promise<void>;
  start(labId: string): Promise<void>;
  stop(labId: string): Promise<void>;
  wipe(labId: string): Promise<void>;
  /** Gone already is gone. @throws Refusal `conflict` unless it is stopped and wiped */
  delete(labId: string): Promise<void>;
  nodes(labId: string): Promise<CmlNode[]>;
  setTags(labId: string, nodeId: string, tags: string[]): Promise<void>;
  /** Makes CML read the running configuration back; a node that can't is named in the answer, not thrown. */
  extractConfiguration(labId: string, nodeId: string): Promise<{ extracted: boolean; message?: string }>;
  /** Configurations as they stand in the topology, by node label. */
  configurations(labId: string): Promise<Record<string, string>>;
  links(labId: string): Promise<{ id: string; label: string; state: string }[]>;
  startCapture(labId: string, linkId: string, limits: { maxPackets: number }): Promise<void>;
  stopCapture(labId: string, linkId: string): Promise<void>;
  /** Undefined where none was started. */
  capture(labId: string, linkId: string): Promise<Uint8Array | undefined>;
}

/** One CML server. */
export interface CmlServer {
  system: CmlSystem;
  labs: CmlLabs;
}

/** Gives a client for the server at that URL; clients are kept and share a login. */
export type CmlServers = (cmlUrl: string) => CmlServer;
