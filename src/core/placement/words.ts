import type { Dimension } from '../domain/resources.ts';

/** How much of a dimension, for people: `4 CPU cores`, `16 GB memory`. */
export function amountOf(dimension: Dimension, amount: number): string {
  return `${amount} ${UNITS[dimension]}`;
}

const UNITS: Readonly<Record<Dimension, string>> = {
  cpuCores: 'CPU cores',
  memoryGb: 'GB memory',
  storageGb: 'GB storage',
  nodes: 'nodes',
  ports: 'ports',
  sessions: 'sessions',
};

/** `1 worker`, `3 workers`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
