import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { resolve } from 'node:path';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { SimulatorState } from './state.ts';

/** A block of loopback addresses that nobody else on the machine uses while it is held. */
export interface LoopbackBlock {
  /** The second octet: the block is 127.`block`.0.0/16. */
  block: number;
  release(): Promise<void>;
}

/**
 * Claims a block of 65,536 loopback addresses for the simulator that keeps its state in `dataDir`, so that
 * several can run on one machine: the holder of a block listens on its last address but one, and the claim
 * ends with the process. The block is remembered, because instances keep their addresses over a restart.
 * @returns undefined where the system answers on 127.0.0.1 alone
 * @throws when another process holds the block that this state has used before
 */
export async function claimLoopbackBlock(
  dataDir: string,
  state: SimulatorState,
  clock: Clock,
): Promise<LoopbackBlock | undefined> {
  if (process.platform !== 'linux') return undefined;
  const remembered = state.collection<number>('loopback-block');
  const before = remembered.get('block');
  if (before !== undefined) return claimPatiently(before, clock);
  const first = createHash('sha256').update(resolve(dataDir)).digest().readUInt16BE(0);
  for (let step = 0; step < blocks; step++) {
    const block = 1 + ((first + step) % blocks);
    const claim = await tryToClaim(block);
    if (!claim) continue;
    remembered.put('block', block);
    return claim;
  }
  throw new Error(`all ${blocks} blocks of loopback addresses are held by other simulators`);
}

/** 127.0.0.0/16 is left to everybody else. */
const blocks = 126;
const claimPort = 61_443;

/** A simulator that was just killed may take a moment to be gone. */
async function claimPatiently(block: number, clock: Clock): Promise<LoopbackBlock> {
  for (let tries = 0; tries < 20; tries++) {
    const claim = await tryToClaim(block);
    if (claim) return claim;
    await clock.sleep(100);
  }
  throw new Error(`127.${block}.0.0/16, where this simulator's instances live, is held by another simulator`);
}

async function tryToClaim(block: number): Promise<LoopbackBlock | undefined> {
  const server = createServer((socket) => socket.destroy());
  const taken = await new Promise<NodeJS.ErrnoException | undefined>((settle) => {
    server.once('error', settle);
    server.listen(claimPort, `127.${block}.255.254`, () => settle(undefined));
  });
  if (taken?.code === 'EADDRINUSE') return undefined;
  if (taken) throw taken;
  return { block, release: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  return new Promise((done) => server.close(() => done()));
}
