import { expect, it } from 'vitest';
import { reachableAddresses } from './reachable-addresses.ts';

const publicOnly = reachableAddresses();

it.each([
  ['this host', '0.0.0.0'],
  ['loopback', '127.0.0.1'],
  ['all of loopback', '127.8.9.10'],
  ['private (10/8)', '10.0.0.1'],
  ['private (172.16/12)', '172.31.255.255'],
  ['private (192.168/16)', '192.168.1.1'],
  ['carrier-grade NAT', '100.64.0.1'],
  ['link-local', '169.254.1.1'],
  ['metadata of most clouds', '169.254.169.254'],
  ['metadata of Alibaba', '100.100.100.200'],
  ['the host agent of Azure', '168.63.129.16'],
  ['protocol assignments', '192.0.0.192'],
  ['benchmarking', '198.18.0.1'],
  ['multicast', '224.0.0.1'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['IPv6 unspecified', '::'],
  ['IPv6 loopback', '::1'],
  ['IPv6 unique local', 'fd12:3456::1'],
  ['metadata of AWS by IPv6', 'fd00:ec2::254'],
  ['IPv6 link-local', 'fe80::1'],
  ['IPv6 site-local', 'fec0::1'],
  ['IPv6 multicast', 'ff02::1'],
  ['IPv6 discard', '100::1'],
  ['IPv6 documentation', '2001:db8::1'],
  ['newer IPv6 documentation', '3fff::1'],
  ['mapped loopback', '::ffff:127.0.0.1'],
  ['mapped private, in hexadecimal', '::ffff:a00:1'],
  ['IPv4-compatible loopback', '::127.0.0.1'],
  ['loopback behind NAT64', '64:ff9b::7f00:1'],
  ['metadata behind NAT64', '64:ff9b::a9fe:a9fe'],
  ['NAT64 of a network of its own', '64:ff9b:1::7f00:1'],
  ['6to4', '2002:7f00:1::1'],
  ['Teredo', '2001::1'],
  ['no address', 'localhost'],
])('%s is not reached', (_what, address) => {
  expect(publicOnly(address)).toBe(false);
});

it.each([
  '93.184.216.34',
  '2606:2800:220:1:248:1893:25c8:1946',
  '::ffff:93.184.216.34',
  '64:ff9b::5db8:d822',
])('%s is public and reached', (address) => {
  expect(publicOnly(address)).toBe(true);
});

it('reaches what the operator names, and nothing beside it', () => {
  const reachable = reachableAddresses(['10.20.0.0/16', ' fd12::/16', '127.0.0.1']);
  expect(['10.20.3.4', '::ffff:10.20.3.4', 'fd12::9', '127.0.0.1'].map(reachable)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(['10.21.0.1', 'fd13::9', '127.0.0.2'].map(reachable)).toEqual([false, false, false]);
});

it('reaches no metadata, even where its block is named', () => {
  const reachable = reachableAddresses(['169.254.0.0/16', 'fc00::/7']);
  expect(['169.254.169.254', '::ffff:169.254.169.254', 'fd00:ec2::254'].map(reachable)).toEqual([
    false,
    false,
    false,
  ]);
  expect(reachable('169.254.3.3')).toBe(true);
});

it('says which block it cannot read', () => {
  expect(() => reachableAddresses(['10.0.0.0/33'])).toThrow('10.0.0.0/33');
});
