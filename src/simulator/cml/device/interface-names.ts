/** Types of interfaces, in the order in which an abbreviation finds them. */
const types = [
  'GigabitEthernet',
  'FastEthernet',
  'Ethernet',
  'Loopback',
  'Vlan',
  'Port-channel',
  'Tunnel',
  'TenGigabitEthernet',
  'TwentyFiveGigE',
  'Serial',
  'mgmt',
  'MgmtEth',
  'Management',
  'BVI',
  'nve',
];

/** The full name of an interface: `g0/1` and `gi 0/1` are `GigabitEthernet0/1`. Unknown ones stay. */
export function fullInterfaceName(name: string): string {
  const parts = /^([A-Za-z-]+)\s*(\d.*)$/.exec(name.trim());
  const [, letters = '', number = ''] = parts ?? [];
  if (letters === '') return name.trim();
  const type = types.find((one) => one.toLowerCase().startsWith(letters.toLowerCase()));
  return type === undefined ? name.trim() : `${type}${number}`;
}

/** The short name that tables show: `Gi0/1`, `Et0/0`, `Lo0`. */
export function shortInterfaceName(name: string): string {
  const parts = /^([A-Za-z-]+)(\d.*)$/.exec(name);
  const [, letters = '', number = ''] = parts ?? [];
  return letters === '' ? name : `${letters.slice(0, 2)}${number}`;
}
