const command = 'switchport trunk allowed vlan';

/**
 * The full line for `switchport trunk allowed vlan add|remove|none|all …`, given the lines that are there;
 * undefined for any other line.
 */
export function addAllowedVlans(existing: string[], line: string): string | undefined {
  const parts = new RegExp(`^${command} (add|remove) (\\S+)$`).exec(line);
  const [, verb, list = ''] = parts ?? [];
  if (verb === undefined) return undefined;
  const now = existing.find((one) => one.startsWith(`${command} `))?.slice(command.length + 1);
  const vlans = now === undefined || now === 'all' ? range(1, 4094) : readVlans(now);
  for (const vlan of readVlans(list)) {
    if (verb === 'add') vlans.add(vlan);
    else vlans.delete(vlan);
  }
  return `${command} ${writeVlans(vlans)}`;
}

/** The numbers of a list such as `10,20,30-32`. */
export function readVlans(list: string): Set<number> {
  const vlans = new Set<number>();
  for (const part of list.split(',')) {
    const [from = '', to = from] = part.split('-');
    for (let vlan = Number(from); vlan <= Number(to); vlan++) vlans.add(vlan);
  }
  return vlans;
}

/** The shortest list of these numbers: `10,20,30-32`. */
function writeVlans(vlans: ReadonlySet<number>): string {
  const runs: [number, number][] = [];
  for (const vlan of [...vlans].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && last[1] === vlan - 1) last[1] = vlan;
    else runs.push([vlan, vlan]);
  }
  if (runs.length === 0) return 'none';
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

const range = (from: number, to: number): Set<number> =>
  new Set(Array.from({ length: to - from + 1 }, (_, index) => from + index));
