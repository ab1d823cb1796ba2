/** One text, or one of several named files (CML 2.7 and later). */
export interface ConfigurationFile {
  /** Absent where the topology gives one text without a name. */
  name?: string | undefined;
  content: string;
}

export interface TopologyInterface {
  id: string;
  label: string;
  type: 'physical' | 'loopback';
  slot?: number | undefined;
}

export interface TopologyNode {
  /** Id inside the file; CML gives the node another one. */
  id: string;
  label: string;
  nodeDefinition: string;
  imageDefinition?: string | undefined;
  x: number;
  y: number;
  configuration: ConfigurationFile[];
  /** Absent where the node definition decides. */
  memoryMb?: number | undefined;
  cpus?: number | undefined;
  /** Percent of each CPU, not a count. */
  cpuLimitPercent?: number | undefined;
  bootDiskGb?: number | undefined;
  dataVolumeGb?: number | undefined;
  tags: string[];
  interfaces: TopologyInterface[];
}

export interface TopologyLink {
  id: string;
  label?: string | undefined;
  nodeA: string;
  interfaceA: string;
  nodeB: string;
  interfaceB: string;
}

/** A CML lab as its author wrote it, whatever schema version it came in. */
export interface Topology {
  /** Schema version, `0.0.3` to `0.3.1`. */
  version: string;
  title: string;
  description: string;
  notes: string;
  nodes: TopologyNode[];
  links: TopologyLink[];
}
