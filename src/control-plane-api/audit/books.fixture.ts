import { openAuditKeys } from '@lcm/adapters/audit/audit-keys.ts';
import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryAuditLog } from '@lcm/adapters/memory/memory-audit-log.ts';
import { MemoryPersonStore } from '@lcm/adapters/memory/memory-person-store.ts';
import { keyring } from '@lcm/adapters/secrets/keyring.ts';
import { newSecretKey } from '@lcm/adapters/secrets/secret-key.ts';
import type { AuditEntry } from '@lcm/core/domain/audit-entry.ts';
import { iso } from '@lcm/core/domain/time.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import { AuditSealer } from './sealer.ts';
import { AuditTrail } from './trail.ts';

/** Books in memory. */
export async function memoryBooks() {
  return {
    log: new MemoryAuditLog(),
    keys: await openAuditKeys(new MemoryPersonStore(), keyring([newSecretKey()])),
  };
}

/** An audit without a control plane, on virtual time. */
export async function auditInTest() {
  const clock = new VirtualClock(Date.parse('2026-03-01T10:00:00Z'));
  const books = await memoryBooks();
  const trail = new AuditTrail(books, { clock, log: silent });
  const sealer = new AuditSealer({ ...books, clock, system: silent });
  let count = 0;
  /** Writes entries of ids that count up from `e1`. */
  const write = async (many: number, more: Partial<AuditEntry> = {}) => {
    for (let n = 0; n < many; n++) {
      count += 1;
      await trail.write([{ entry: { ...ENTRY, id: `e${count}`, at: iso(clock.now()), ...more } }]);
    }
  };
  return { clock, ...books, trail, sealer, write, round: () => sealer.round(12) };
}

const ENTRY: AuditEntry = {
  id: '',
  at: '',
  outcome: 'done',
  operation: 'sessions.cancel',
  actor: {
    issuer: 'https://idp',
    subject: 'u-1',
    username: 'ada',
    roles: ['manager'],
    address: '192.0.2.7',
  },
  resource: { kind: 'session', id: 's-1' },
};

const silent: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silent,
};
