import { expect, test } from 'vitest';
import { linuxShell } from './linux-shell.ts';

const script = `# sourced at boot
hostname PC1
ip addr add 192.168.10.2/24 dev eth0
ip route add default via 192.168.10.1
ip addr add 10.2.0.1/255.255.255.0 dev eth2
ifconfig eth1 inet 10.0.0.9 netmask 255.255.0.0
`;
const shell = linuxShell(
  () => ({
    id: 'n',
    label: 'desktop-0',
    platform: 'desktop',
    isSwitch: false,
    config: [],
    interfaces: ['eth0', 'eth1', 'eth2'].map((label) => ({
      label,
      physical: true,
      carrier: true,
      mac: '52:54:00:00:00:02',
    })),
    uptimeSeconds: 1,
  }),
  () => script,
);

test('the node goes by the name in its start-up script', () => {
  expect(shell.prompt()).toBe('PC1:~$ ');
  expect(shell.execute('hostname')).toBe('PC1\n');
});

test('addresses are those of the script, in either way to write them', () => {
  const shown = shell.execute('ip a');
  expect(shown).toContain('inet 192.168.10.2/24 scope global eth0');
  expect(shown).toContain('inet 10.0.0.9/16 scope global eth1');
  expect(shown).toContain('inet 10.2.0.1/24 scope global eth2');
  expect(shell.execute('ip route')).toBe('default via 192.168.10.1 dev eth0\n');
});

test('what it does not know it does not find', () => {
  expect(shell.execute('emacs')).toBe('-sh: emacs: not found\n');
  expect(shell.execute('')).toBe('');
});
