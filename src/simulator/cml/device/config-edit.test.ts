import { describe, expect, test } from 'vitest';
import { applyText } from './config-edit.ts';
import { parseConfig, renderConfig } from './config-tree.ts';

const base = `hostname SW1
!
vlan 10
 name USERS
!
interface Ethernet0/0
 switchport access vlan 10
 switchport mode access
!
interface Ethernet0/1
 no ip address
 shutdown
!
ip route 0.0.0.0 0.0.0.0 10.0.0.1
banner motd ^C
  ! not a comment
 welcome ^C
!
line con 0
 exec-timeout 0 0
!
end
`;
const after = (text: string, mode: 'merge' | 'replace' = 'merge') =>
  renderConfig(applyText(parseConfig(base), text, mode));

describe('reading and writing', () => {
  test('a configuration is written as it was read, banners included', () => {
    expect(renderConfig(parseConfig(base))).toBe(base);
  });

  test('the header that a device prints, comments and carriage returns are dropped', () => {
    const text =
      'Building configuration...\r\n\r\nCurrent configuration : 9 bytes\r\n!\r\nhostname A\r\n!\r\nend\r\n';
    expect(renderConfig(parseConfig(text))).toBe('hostname A\n!\nend\n');
  });

  test('deeper levels keep their place', () => {
    const text =
      'router bgp 1\n address-family ipv4\n  neighbor 1.1.1.1 activate\n exit-address-family\nend\n';
    expect(renderConfig(parseConfig(text))).toContain(' address-family ipv4\n  neighbor 1.1.1.1 activate\n');
  });
});

describe('merging', () => {
  test('typed lines enter sections and change them, without indentation and abbreviated', () => {
    const config = after('int e0/1\nip add 10.1.1.1 255.255.255.0\nno shut\ndesc to  the core\n');
    expect(config).toContain(
      'interface Ethernet0/1\n ip address 10.1.1.1 255.255.255.0\n description to  the core\n!',
    );
  });

  test('re-entering a section merges into it', () => {
    const config = after('interface Ethernet0/0\n switchport access vlan 20\n');
    expect(config).toContain('interface Ethernet0/0\n switchport access vlan 20\n switchport mode access\n');
    expect(config.match(/^interface Ethernet0\/0$/gm)).toHaveLength(1);
  });

  test('a command of which there is one replaces the old one', () => {
    expect(after('hostname NEW').match(/^hostname .*$/gm)).toEqual(['hostname NEW']);
  });

  test('a command of which there are many is added once', () => {
    const config = after('ip route 10.0.0.0 255.0.0.0 10.0.0.2\nip route 10.0.0.0 255.0.0.0 10.0.0.2\n');
    expect(config.match(/^ip route .*$/gm)).toHaveLength(2);
  });

  test('no takes lines and whole sections away', () => {
    const config = after(
      'no vlan 10\nno ip route 0.0.0.0 0.0.0.0 10.0.0.1\ninterface Ethernet0/0\nno switchport access vlan\n',
    );
    expect(config).not.toContain('vlan 10');
    expect(config).not.toContain('ip route');
    expect(config).toContain('switchport mode access');
  });

  test('no of what is on by default is kept as a line, and taken back by its opposite', () => {
    expect(after('interface Ethernet0/0\n no switchport\n')).toContain(
      'interface Ethernet0/0\n no switchport\n',
    );
    expect(after('no ip http server')).toContain('no ip http server');
    expect(after('no ip http server\nip http server')).not.toContain('no ip http server');
  });

  test('a global command typed within a section leaves it', () => {
    const config = after('interface Ethernet0/1\nhostname OUT\nip route 1.0.0.0 255.0.0.0 10.0.0.9\n');
    expect(config).toMatch(/^hostname OUT$/m);
    expect(config).toMatch(/^ip route 1\.0\.0\.0 255\.0\.0\.0 10\.0\.0\.9$/m);
  });

  test('indented text leaves a section at the margin', () => {
    const config = after(
      'interface Ethernet0/1\n ip address 10.1.1.1 255.255.255.0\nip forward-protocol nd\n',
    );
    expect(config).toMatch(/^ip forward-protocol nd$/m);
  });

  test('sections within sections stand beside each other', () => {
    const config = after('policy-map P\n class A\n  bandwidth 10\n class B\n  bandwidth 20\n');
    expect(config).toContain('policy-map P\n class A\n  bandwidth 10\n class B\n  bandwidth 20\n');
  });

  test('VLANs are added to and removed from a trunk', () => {
    const trunk = 'interface Ethernet0/0\n switchport trunk allowed vlan';
    expect(
      after(
        `${trunk} 10,20\n switchport trunk allowed vlan add 30-32\n switchport trunk allowed vlan remove 20,31\n`,
      ),
    ).toContain('switchport trunk allowed vlan 10,30,32\n');
  });

  test('a banner is replaced as a whole', () => {
    const config = after('banner motd #\nnew\n#\nhostname X');
    expect(config).toContain('banner motd #\nnew\n#\n');
    expect(config).not.toContain('welcome');
    expect(config).toContain('hostname X');
  });

  test('a secondary address stands beside the first', () => {
    const config = after(
      'interface Ethernet0/1\nip address 10.0.0.1 255.0.0.0\nip address 10.0.0.2 255.0.0.0 secondary\nip address 10.0.0.3 255.0.0.0\n',
    );
    expect(config.match(/^ ip address .*$/gm)).toEqual([
      ' ip address 10.0.0.3 255.0.0.0',
      ' ip address 10.0.0.2 255.0.0.0 secondary',
    ]);
  });
});

test('replacing makes the text the configuration', () => {
  expect(after('hostname ONLY', 'replace')).toBe('hostname ONLY\n!\nend\n');
});
