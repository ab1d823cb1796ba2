import { Refusal } from '@lcm/core/domain/refusal.ts';
import ipaddr, { type IPv4, type IPv6 } from 'ipaddr.js';

type Address = IPv4 | IPv6;
type Block = [Address, number];

/** Says whether an address may be reached from here at a user's word. */
export type Reachable = (address: string) => boolean;

/**
 * The public internet, and those private blocks that the operator names. What tells a machine about itself
 * (the metadata services of clouds) is reached by nobody, whatever is named.
 * @param allowed blocks such as `10.20.0.0/16`, or single addresses
 * @throws Refusal `invalid` for what is neither
 */
export function reachableAddresses(allowed: readonly string[] = []): Reachable {
  const blocks = allowed.map(blockOf);
  return (text) => {
    if (!ipaddr.isValid(text)) return false;
    const address = plain(ipaddr.parse(text));
    if (isIn(address, METADATA)) return false;
    return isPublic(address) || isIn(address, blocks);
  };
}

function blockOf(text: string): Block {
  const trimmed = text.trim();
  if (ipaddr.isValidCIDR(trimmed)) return ipaddr.parseCIDR(trimmed);
  if (ipaddr.isValid(trimmed)) {
    const address = ipaddr.parse(trimmed);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  }
  throw new Refusal('invalid', `${trimmed} is no address and no block of addresses such as 10.20.0.0/16`);
}

/** AWS, Google and most others; AWS and Google by IPv6; Alibaba; Azure's host agent, whose address looks public. */
const METADATA = [
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
  '100.100.100.200',
  '168.63.129.16',
].map(blockOf);

/** NAT64: the well-known prefix and the one for networks of their own (RFC 6052, RFC 8215). */
const NAT64 = blockOf('64:ff9b::/96');
/** What is given out for global use (RFC 4291); everything outside it is somebody's own or retired. */
const GLOBAL_V6 = blockOf('2000::/3');
/** Documentation (RFC 9637), which the library does not know yet. */
const DOCUMENTATION_V6 = blockOf('3fff::/20');

/** An IPv4 address that hides in an IPv6 one (mapped, or behind NAT64) is judged as what it leads to. */
function plain(address: Address): Address {
  if (address.kind() === 'ipv4') return address;
  const bytes = address.toByteArray();
  const mapped = address.range() === 'ipv4Mapped';
  return mapped || matches(address, NAT64) ? ipaddr.fromByteArray(bytes.slice(12)) : address;
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  if (address.kind() === 'ipv4') return true;
  return matches(address, GLOBAL_V6) && !matches(address, DOCUMENTATION_V6);
}

const isIn = (address: Address, blocks: readonly Block[]) => blocks.some((block) => matches(address, block));

/** The library throws where the families differ. */
const matches = (address: Address, [network, bits]: Block): boolean =>
  address.kind() === network.kind() && address.match(network, bits);
