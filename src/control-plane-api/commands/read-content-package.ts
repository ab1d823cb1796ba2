import { specWithPackage } from '@lcm/core/content/content-package.ts';
import { readPackage } from '@lcm/core/content/read-package.ts';
import type { DefinitionSpec } from '@lcm/core/domain/definition-state.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';

/** A content package as it was sent: its bytes, and the definition with what its author left open filled in. */
export function readContentPackage(
  base64: string,
  said: DefinitionSpec,
): { spec: DefinitionSpec; topology: string; bytes: Uint8Array } {
  // White space goes first: in one pattern with the letters it would be tried in each place for minutes.
  const packed = base64.replaceAll(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) {
    throw new Refusal('rule', 'the package is not base64', {
      fields: [{ pointer: '/package', message: 'must be a zip file in base64' }],
    });
  }
  const bytes = new Uint8Array(Buffer.from(packed, 'base64'));
  const content = readPackage(bytes);
  return { spec: specWithPackage(said, content), topology: content.topology, bytes };
}
