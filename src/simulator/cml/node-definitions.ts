/** How a kind of node names and numbers its interfaces. */
interface InterfaceNaming {
  loopback: boolean;
  /** Names of the first slots, before the pattern begins. */
  first: readonly string[];
  /** The name of slot `first.length + index`. */
  name: (index: number) => string;
  /** Physical interfaces that a node gets when they are populated. */
  defaultCount: number;
  max: number;
}

/** One kind of node, with what the simulator needs to know to play it. */
export interface NodeDefinition {
  id: string;
  label: string;
  nature: 'router' | 'switch' | 'firewall' | 'server' | 'external_connector' | 'unmanaged_switch';
  driver: 'kvm' | 'iol' | 'docker' | 'ums' | 'none';
  ramMb: number;
  cpus: number;
  image: string | null;
  /** The name of the day-0 configuration file; null for what takes none. */
  configurationFile: string | null;
  /** What answers at its console. */
  console: 'ios' | 'linux' | 'none';
  /** Boot time in units of the simulated world's node boot time. */
  bootFactor: number;
  interfaces: InterfaceNaming;
}

const naming = (
  name: InterfaceNaming['name'],
  options: Partial<Omit<InterfaceNaming, 'name'>> = {},
): InterfaceNaming => ({ loopback: false, first: [], defaultCount: 4, max: 32, ...options, name });

const byFour = (prefix: string) => (index: number) => `${prefix}${Math.floor(index / 4)}/${index % 4}`;
const eth = naming((index) => `eth${index}`, { defaultCount: 1, max: 10 });

const ios = { nature: 'router', configurationFile: 'ios_config.txt', console: 'ios', bootFactor: 1 } as const;
const linux = { nature: 'server', console: 'linux', bootFactor: 0.5, interfaces: eth } as const;

/** The reference platforms of a CML 2.9 installation that LCM's labs use, by id. */
export const nodeDefinitions: ReadonlyMap<string, NodeDefinition> = new Map(
  (
    [
      {
        ...ios,
        id: 'iosv',
        label: 'IOSv',
        driver: 'kvm',
        ramMb: 512,
        cpus: 1,
        image: 'iosv-159-3-m9',
        interfaces: naming((index) => `GigabitEthernet0/${index}`, { loopback: true, max: 16 }),
      },
      {
        ...ios,
        id: 'iosvl2',
        label: 'IOSvL2',
        nature: 'switch',
        driver: 'kvm',
        ramMb: 768,
        cpus: 1,
        image: 'iosvl2-2020',
        interfaces: naming(byFour('GigabitEthernet'), { loopback: true, defaultCount: 8, max: 16 }),
      },
      {
        ...ios,
        id: 'iol-xe',
        label: 'IOL XE',
        driver: 'iol',
        ramMb: 1024,
        cpus: 1,
        image: 'iol-xe-17-15-01',
        bootFactor: 0.5,
        interfaces: naming(byFour('Ethernet'), { loopback: true }),
      },
      {
        ...ios,
        id: 'ioll2-xe',
        label: 'IOL L2 XE',
        nature: 'switch',
        driver: 'iol',
        ramMb: 1024,
        cpus: 1,
        image: 'ioll2-xe-17-15-01',
        bootFactor: 0.5,
        interfaces: naming(byFour('Ethernet'), { loopback: true }),
      },
      {
        ...ios,
        id: 'csr1000v',
        label: 'CSR 1000v',
        driver: 'kvm',
        ramMb: 3072,
        cpus: 1,
        image: 'csr1000v-17-03-08a',
        interfaces: naming((index) => `GigabitEthernet${index + 1}`, { loopback: true, max: 26 }),
      },
      {
        ...ios,
        id: 'cat8000v',
        label: 'Cat 8000v',
        driver: 'kvm',
        ramMb: 4096,
        cpus: 1,
        image: 'cat8000v-17-15-01a',
        interfaces: naming((index) => `GigabitEthernet${index + 1}`, { loopback: true, max: 26 }),
      },
      {
        ...ios,
        id: 'cat9000v-uadp',
        label: 'CAT9000v UADP',
        nature: 'switch',
        driver: 'kvm',
        ramMb: 18_432,
        cpus: 4,
        image: 'cat9000v-uadp-17-15-01',
        bootFactor: 2,
        interfaces: naming((index) => `GigabitEthernet1/0/${index + 1}`, {
          loopback: true,
          first: ['GigabitEthernet0/0'],
          defaultCount: 9,
          max: 25,
        }),
      },
      {
        ...ios,
        id: 'nxosv9000',
        label: 'NX-OS 9000',
        nature: 'switch',
        driver: 'kvm',
        ramMb: 12_288,
        cpus: 4,
        image: 'nxosv9300-10-5-1-f',
        configurationFile: 'nxos_config.txt',
        bootFactor: 2,
        interfaces: naming((index) => `Ethernet1/${index + 1}`, {
          loopback: true,
          first: ['mgmt0'],
          defaultCount: 9,
          max: 65,
        }),
      },
      {
        ...ios,
        id: 'iosxrv9000',
        label: 'IOS XRv 9000',
        driver: 'kvm',
        ramMb: 20_480,
        cpus: 4,
        image: 'iosxrv9000-24-3-1',
        configurationFile: 'iosxr_config.txt',
        bootFactor: 3,
        interfaces: naming((index) => `GigabitEthernet0/0/0/${index}`, {
          loopback: true,
          first: ['MgmtEth0/RP0/CPU0/0', 'donotuse1', 'donotuse2'],
          defaultCount: 7,
          max: 33,
        }),
      },
      {
        ...ios,
        id: 'asav',
        label: 'ASAv',
        nature: 'firewall',
        driver: 'kvm',
        ramMb: 2048,
        cpus: 1,
        image: 'asav-9-22-1-1',
        configurationFile: 'day0-config',
        interfaces: naming((index) => `GigabitEthernet0/${index}`, { first: ['Management0/0'], max: 10 }),
      },
      {
        ...linux,
        id: 'alpine',
        label: 'Alpine',
        driver: 'kvm',
        ramMb: 512,
        cpus: 1,
        image: 'alpine-base-3-21-3',
        configurationFile: 'node.cfg',
      },
      {
        ...linux,
        id: 'desktop',
        label: 'Desktop',
        driver: 'kvm',
        ramMb: 768,
        cpus: 1,
        image: 'alpine-desktop-3-21-3',
        configurationFile: 'node.cfg',
      },
      {
        ...linux,
        id: 'server',
        label: 'Server',
        driver: 'kvm',
        ramMb: 128,
        cpus: 1,
        image: 'server-tcl-16-0',
        configurationFile: 'iosxe_config.txt',
      },
      {
        ...linux,
        id: 'ubuntu',
        label: 'Ubuntu',
        driver: 'kvm',
        ramMb: 2048,
        cpus: 1,
        image: 'ubuntu-24-04-20250503',
        configurationFile: 'user-data',
        bootFactor: 1,
      },
      {
        ...linux,
        id: 'net-tools',
        label: 'Network tools',
        driver: 'docker',
        ramMb: 256,
        cpus: 1,
        image: 'net-tools-1-0-0',
        configurationFile: 'node.cfg',
      },
      {
        id: 'external_connector',
        label: 'External Connector',
        nature: 'external_connector',
        driver: 'none',
        ramMb: 0,
        cpus: 0,
        image: null,
        configurationFile: 'default',
        console: 'none',
        bootFactor: 0,
        interfaces: naming(() => 'port', { defaultCount: 1, max: 1 }),
      },
      {
        id: 'unmanaged_switch',
        label: 'Unmanaged Switch',
        nature: 'unmanaged_switch',
        driver: 'ums',
        ramMb: 0,
        cpus: 0,
        image: null,
        configurationFile: null,
        console: 'none',
        bootFactor: 0,
        interfaces: naming((index) => `port${index}`, { defaultCount: 8, max: 32 }),
      },
    ] satisfies NodeDefinition[]
  ).map((definition) => [definition.id, definition]),
);

/** The name of a physical interface by its slot. */
export function interfaceLabel(definition: NodeDefinition, slot: number): string {
  const { first, name } = definition.interfaces;
  return first[slot] ?? name(slot - first.length);
}

/** External connectors and unmanaged switches need no licence. */
export const countsForLicence = (definition: NodeDefinition | undefined): boolean =>
  definition?.nature !== 'external_connector' && definition?.nature !== 'unmanaged_switch';
