/** The partition that an id belongs to: its FNV-1a hash (32 bits, RFC 9923), mixed, modulo the count. */
export function partitionOf(id: string, count: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) {
    hash = Math.imul(hash ^ (id.charCodeAt(index) & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (id.charCodeAt(index) >>> 8), 0x01000193);
  }
  // The lower bits of FNV-1a alone hardly spread ids that differ in a digit.
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  hash ^= hash >>> 13;
  return (hash >>> 0) % count;
}
