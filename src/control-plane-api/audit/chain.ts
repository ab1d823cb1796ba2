import { hash } from 'node:crypto';
import { canonicalJson } from '@lcm/core/domain/canonical-json.ts';
import type { AuditKeys } from '@lcm/core/spi/audit-keys.ts';
import type { AuditRow, DaySeal, Link } from '@lcm/core/spi/audit-log.ts';

/** Hash of a link: SHA-256 over the hash before it, its place and day, and all of the row. */
export function hashOf(previous: string, { place, day }: Pick<Link, 'place' | 'day'>, row: AuditRow): string {
  const { id, at, outcome, operation, account, kind, resourceId, correlationId, mark, body } = row;
  const covered = [place, day, id, at, outcome, operation, account, kind, resourceId, correlationId, mark];
  return hash('sha256', `${previous}\n${JSON.stringify(covered)}\n${body}`, 'hex');
}

/** The end of the chain, and the proof that this system made it: nobody can cut it off or write another. */
export interface Head {
  place: number;
  hash: string;
  /** All rows up to this number have a link, or bear a wrong mark. */
  received: number;
  proof: string;
}

const headText = ({ place, hash: at, received }: Omit<Head, 'proof'>) => `head\n${place}\n${at}\n${received}`;

export const provenHead = (keys: AuditKeys, head: Omit<Head, 'proof'>): Head => ({
  ...head,
  proof: keys.prove(headText(head), 'head'),
});
export const isProvenHead = (keys: AuditKeys, head: Head): boolean =>
  keys.isProven(headText(head), 'head', head.proof);

type BareSeal = Omit<DaySeal, 'proof' | 'dropped'>;

const sealText = ({ day, firstPlace, lastPlace, root, previousRoot, sealedAt }: BareSeal) =>
  `seal\n${canonicalJson({ day, firstPlace, lastPlace, root, previousRoot, sealedAt })}`;

export const provenSeal = (keys: AuditKeys, seal: BareSeal): DaySeal => ({
  ...seal,
  proof: keys.prove(sealText(seal), `seal/${seal.day}`),
});
export const isProvenSeal = (keys: AuditKeys, seal: DaySeal): boolean =>
  keys.isProven(sealText(seal), `seal/${seal.day}`, seal.proof);

const droppedText = (seal: BareSeal, at: string) => `dropped\n${at}\n${seal.root}`;

export const provenDrop = (keys: AuditKeys, seal: DaySeal, at: string): { at: string; proof: string } => ({
  at,
  proof: keys.prove(droppedText(seal, at), `dropped/${seal.day}`),
});
export const isProvenDrop = (keys: AuditKeys, seal: DaySeal): boolean =>
  seal.dropped !== undefined &&
  keys.isProven(droppedText(seal, seal.dropped.at), `dropped/${seal.day}`, seal.dropped.proof);
