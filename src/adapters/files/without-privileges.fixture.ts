import { chown } from 'node:fs/promises';

/** The user that owns nothing, by its usual number. */
const NOBODY = 65_534;

const isRoot = () => process.getuid?.() === 0;

/**
 * Makes this process one that file modes hold for: root becomes nobody, others stay who they are. There is no
 * way back, so call it in a process of its own, after everything has been imported.
 */
export function giveUpPrivileges(): void {
  if (!isRoot()) return;
  process.setgroups?.([]);
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}

/** Makes files those of the user whom `giveUpPrivileges` makes of this one. */
export async function handOver(...paths: string[]): Promise<void> {
  if (isRoot()) for (const path of paths) await chown(path, NOBODY, NOBODY);
}
