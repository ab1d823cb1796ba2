/** What a node of one kind takes where its topology leaves it open. */
export interface NodeDefaults {
  cpus: number;
  memoryMb: number;
  /** What its disk grows to beyond the image, which all nodes of a kind share. */
  diskGb: number;
  /** A console that can be reached from outside. */
  console: boolean;
  /** Whether the licence counts it. */
  licensed: boolean;
  /** Whether it can do nothing useful without a configuration of its own. */
  wantsConfiguration: boolean;
}

/** [cpus, memory in MB, disk in GB] of the reference platforms that come with CML 2.9. */
const NETWORK: Record<string, readonly [number, number, number]> = {
  iosv: [1, 512, 0.5],
  iosvl2: [1, 768, 0.5],
  'iol-xe': [1, 1_024, 0.25],
  'iol-xe-serial-4eth': [1, 1_024, 0.25],
  'ioll2-xe': [1, 1_024, 0.25],
  csr1000v: [1, 3_072, 2],
  cat8000v: [1, 4_096, 2],
  'cat9000v-uadp': [4, 18_432, 8],
  'cat9000v-q200': [4, 12_288, 8],
  'cat-sdwan-edge': [2, 4_096, 4],
  'cat-sdwan-controller': [2, 4_096, 4],
  'cat-sdwan-validator': [2, 4_096, 4],
  'cat-sdwan-manager': [8, 32_768, 60],
  nxosv: [1, 3_072, 2],
  nxosv9000: [4, 12_288, 6],
  iosxrv: [1, 3_072, 2],
  iosxrv9000: [4, 20_480, 8],
  asav: [1, 2_048, 1],
  ftdv: [4, 8_192, 20],
  fmcv: [4, 32_768, 60],
  wan_emulator: [1, 512, 0.5],
};

const HOSTS: Record<string, readonly [number, number, number]> = {
  alpine: [1, 512, 0.5],
  desktop: [1, 768, 1],
  server: [1, 128, 0.25],
  ubuntu: [1, 2_048, 4],
  coreos: [1, 1_024, 2],
  trex: [1, 4_096, 1],
  frr: [1, 256, 0.25],
  'net-tools': [1, 256, 0.25],
  nginx: [1, 256, 0.25],
  dnsmasq: [1, 256, 0.25],
  radius: [1, 256, 0.25],
  syslog: [1, 256, 0.25],
  tacplus: [1, 256, 0.25],
  chrome: [1, 2_048, 1],
  firefox: [1, 2_048, 1],
  splunk: [2, 4_096, 10],
  'thousandeyes-ea': [1, 2_048, 2],
};

/** Parts of the wiring: no machine runs for them, and the licence does not count them. */
const UNLICENSED = new Set(['external_connector', 'unmanaged_switch']);

/** What is assumed of a node definition that CML does not come with. */
const UNKNOWN: readonly [number, number, number] = [1, 2_048, 4];

/** Whether the definition is one that CML comes with. */
export function isKnownDefinition(id: string): boolean {
  return id in NETWORK || id in HOSTS || UNLICENSED.has(id);
}

/** What a node of that definition takes where its topology says nothing. */
export function nodeDefaults(id: string): NodeDefaults {
  if (UNLICENSED.has(id)) {
    return { cpus: 0, memoryMb: 0, diskGb: 0, console: false, licensed: false, wantsConfiguration: false };
  }
  const [cpus, memoryMb, diskGb] = NETWORK[id] ?? HOSTS[id] ?? UNKNOWN;
  return { cpus, memoryMb, diskGb, console: true, licensed: true, wantsConfiguration: id in NETWORK };
}
