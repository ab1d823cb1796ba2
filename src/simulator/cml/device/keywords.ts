/** The words of a command language: each word with the words that may follow it. */
export interface Keywords {
  [word: string]: Keywords;
}

/** Writes words as a grammar: `'ip address'` knows `ip` and, after it, `address`. */
function grammar(...commands: string[]): Keywords {
  const root: Keywords = {};
  for (const command of commands) {
    let place = root;
    for (const word of command.split(' ')) {
      place[word] ??= {};
      place = place[word];
    }
  }
  return root;
}

/** Commands of user and privileged mode. */
export const execKeywords = grammar(
  'enable',
  'disable',
  'exit',
  'logout',
  'reload',
  'ping',
  'traceroute',
  'clear counters',
  'configure terminal',
  'terminal length',
  'terminal width',
  'write memory',
  'copy running-config startup-config',
  'show running-config interface',
  'show startup-config',
  'show version',
  'show clock',
  'show users',
  'show history',
  'show vlan brief',
  'show interfaces trunk',
  'show interfaces status',
  'show interfaces description',
  'show ip interface brief',
  'show ip route ospf',
  'show ip route connected',
  'show ip route static',
  'show ip ospf database',
  'show ip ospf neighbor',
  'show ip ospf interface brief',
  'show ip protocols',
  'show cdp neighbors',
);

const everywhere = ['no', 'exit', 'end', 'do', 'default interface'];

/** Commands of global configuration mode. */
export const globalKeywords = grammar(
  ...everywhere,
  'hostname',
  'interface',
  'router ospf',
  'router eigrp',
  'router bgp',
  'router rip',
  'line console',
  'line con',
  'line vty',
  'line aux',
  'vlan',
  'ip route',
  'ip domain name',
  'ip domain lookup',
  'ip domain-lookup',
  'ip domain-name',
  'ip name-server',
  'ip access-list standard',
  'ip access-list extended',
  'ip dhcp pool',
  'ip dhcp excluded-address',
  'ip dhcp snooping vlan',
  'ip nat inside source',
  'ip nat pool',
  'ip routing',
  'ip cef',
  'ip http server',
  'ip http secure-server',
  'ip ssh version',
  'ip default-gateway',
  'ip prefix-list',
  'ip forward-protocol',
  'ip multicast-routing',
  'ipv6 unicast-routing',
  'ipv6 route',
  'ipv6 cef',
  'ipv6 router ospf',
  'ipv6 access-list',
  'username',
  'enable secret',
  'enable password',
  'service password-encryption',
  'service timestamps',
  'banner motd',
  'banner login',
  'banner exec',
  'banner incoming',
  'access-list',
  'spanning-tree mode',
  'spanning-tree vlan',
  'spanning-tree portfast',
  'spanning-tree extend',
  'vtp mode',
  'vtp domain',
  'cdp run',
  'lldp run',
  'logging buffered',
  'logging host',
  'logging console',
  'logging trap',
  'ntp server',
  'ntp master',
  'snmp-server community',
  'snmp-server host',
  'aaa new-model',
  'aaa authentication',
  'aaa authorization',
  'crypto key',
  'crypto isakmp',
  'crypto ipsec',
  'crypto map',
  'crypto pki',
  'route-map',
  'class-map',
  'policy-map',
  'vrf definition',
  'key chain',
  'track',
  'object-group',
  'control-plane',
  'clock timezone',
  'boot-start-marker',
  'boot-end-marker',
  'version',
  'archive',
  'event manager',
  'license',
  'redundancy',
  'mmi',
  'login',
  'multilink',
  'memory',
  'errdisable recovery',
  'port-channel load-balance',
  'monitor session',
  'alias',
  'platform',
  'file',
);

/** Commands under an interface. */
export const interfaceKeywords = grammar(
  ...everywhere,
  'description',
  'shutdown',
  'ip address',
  'ip ospf cost',
  'ip ospf priority',
  'ip ospf network',
  'ip ospf hello-interval',
  'ip ospf dead-interval',
  'ip ospf authentication',
  'ip ospf message-digest-key',
  'ip access-group',
  'ip nat inside',
  'ip nat outside',
  'ip helper-address',
  'ip mtu',
  'ip dhcp',
  'ip policy',
  'ip proxy-arp',
  'ip pim',
  'ipv6 address',
  'ipv6 enable',
  'ipv6 ospf',
  'switchport mode access',
  'switchport mode trunk',
  'switchport mode dynamic',
  'switchport access vlan',
  'switchport voice vlan',
  'switchport trunk allowed vlan',
  'switchport trunk native vlan',
  'switchport trunk encapsulation dot1q',
  'switchport nonegotiate',
  'switchport port-security',
  'encapsulation dot1Q',
  'channel-group',
  'channel-protocol',
  'spanning-tree portfast',
  'spanning-tree bpduguard',
  'spanning-tree cost',
  'spanning-tree port-priority',
  'spanning-tree guard',
  'spanning-tree link-type',
  'spanning-tree vlan',
  'standby',
  'vrrp',
  'duplex',
  'speed',
  'media-type',
  'negotiation',
  'bandwidth',
  'delay',
  'mtu',
  'cdp enable',
  'tunnel source',
  'tunnel destination',
  'tunnel mode',
  'vrf forwarding',
  'storm-control',
  'udld',
  'load-interval',
  'keepalive',
  'service-policy',
  'crypto map',
);

/** Commands under anything else: routers, lines, VLANs, lists, pools, maps. */
export const sectionKeywords = grammar(
  ...everywhere,
  'network',
  'neighbor',
  'passive-interface',
  'router-id',
  'redistribute',
  'default-information originate',
  'area',
  'auto-cost reference-bandwidth',
  'auto-summary',
  'address-family',
  'exit-address-family',
  'maximum-paths',
  'distance',
  'name',
  'exec-timeout',
  'transport input',
  'transport output',
  'login local',
  'logging synchronous',
  'password',
  'privilege level',
  'access-class',
  'permit',
  'deny',
  'remark',
  'host',
  'default-router',
  'dns-server',
  'domain-name',
  'lease',
  'match',
  'set',
  'class',
  'bandwidth',
  'priority',
  'description',
  'key',
  'key-string',
  'rd',
  'version',
);

/**
 * Writes abbreviated words out where they are unambiguous: `sh ip int br` is `show ip interface brief`.
 * Words that are not keywords (names, numbers) end the expansion.
 */
export function expand(line: string, keywords: Keywords): string {
  let rest = line.trim();
  let place: Keywords | undefined = keywords;
  const result: string[] = [];
  while (place && rest !== '') {
    const word: string = /^\S+/.exec(rest)?.[0] ?? '';
    const full = complete(word, place);
    if (full === undefined) break;
    result.push(full);
    rest = rest.slice(word.length).trimStart();
    // `no` and `do` stand before a command of the same or of another mode.
    place = full === 'no' ? keywords : place[full];
  }
  // What follows the keywords is kept as it was typed, spaces included.
  return [...result, ...(rest === '' ? [] : [rest])].join(' ');
}

/** Whether the line begins with a word of that mode. */
export const isKnown = (line: string, keywords: Keywords): boolean => {
  const first = line.replace(/^no\s+/, '').split(/\s+/)[0] ?? '';
  return complete(first, keywords) !== undefined;
};

function complete(word: string, place: Keywords): string | undefined {
  const lower = word.toLowerCase();
  const names = Object.keys(place);
  const exact = names.find((name) => name.toLowerCase() === lower);
  if (exact !== undefined) return exact;
  const matching = names.filter((name) => name.toLowerCase().startsWith(lower));
  return matching.length === 1 ? matching[0] : undefined;
}
