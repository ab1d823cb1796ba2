import type { SimulatorState } from '../state.ts';

/** Hands out the addresses at which instances can be reached. */
export interface Addresses {
  /** An address inside the network: held from launch to termination. */
  takePrivate(): string;
  /** An address from outside: held while the instance is up, another one after each start. */
  takePublic(): string;
  /** Gives an address back; what was never taken is left alone. */
  release(address: string): void;
}

/**
 * Addresses out of 127.`block`.0.0/16, which Linux answers on without being told: private ones are
 * 127.block.0.1 to 127.block.127.254, public ones 127.block.128.1 to 127.block.255.253. Each simulator on a
 * machine has a block of its own (see block.ts). The next free address is taken, so that one given back
 * is not reused at once. Where there is no such block (other systems than Linux) all are 127.0.0.1.
 */
export function loopbackAddresses(state: SimulatorState, block: number | undefined): Addresses {
  if (block === undefined) {
    return { takePrivate: () => '127.0.0.1', takePublic: () => '127.0.0.1', release: () => {} };
  }
  const held = state.collection<true>('ec2-addresses');
  const cursors = state.collection<number>('ec2-address-cursors');

  const take = (kind: 'private' | 'public', firstThirdOctet: number) => {
    let position = cursors.get(kind) ?? 0;
    for (let tries = 0; tries < addressesOfAKind; tries++) {
      const address = `127.${block}.${firstThirdOctet + Math.floor(position / 253)}.${1 + (position % 253)}`;
      position = (position + 1) % addressesOfAKind;
      if (held.get(address)) continue;
      cursors.put(kind, position);
      held.put(address, true);
      return address;
    }
    throw new Error(`all ${addressesOfAKind} ${kind} addresses of 127.${block}.0.0/16 are taken`);
  };

  return {
    takePrivate: () => take('private', 0),
    takePublic: () => take('public', 128),
    release: (address) => held.delete(address),
  };
}

/** 128 networks of 253 hosts: the last host of the last one is where the block itself is claimed. */
const addressesOfAKind = 128 * 253;
