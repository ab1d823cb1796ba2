import { z } from 'zod';
import type { PortDefinition } from '../domain/definition-state.ts';
import { labelOf } from './job-evidence.ts';
import { readDocument } from './package-yaml.ts';
import type { PackageFiles } from './unpack.ts';

const inner = z.coerce.number().int().min(1).max(65_535);

/** `topology/ports.json` (reference 03, section 4.1): which consoles and forwards each device has. */
const portsFile = z.looseObject({
  ports: z.array(
    z.looseObject({
      device: z.string().min(1),
      serial: z.union([z.number(), z.string(), z.boolean()]).nullish(),
      vnc: z.union([z.number(), z.string(), z.boolean()]).nullish(),
      /** Port outside to port inside; the one outside is replaced by the lab's own. */
      pat: z.record(z.string(), inner).nullish(),
    }),
  ),
});

/** The ports that the file asks for; undefined without the file. Their numbers are each lab's own. */
export function readPortsFile(
  files: PackageFiles,
  file: string,
  labels: readonly string[],
): PortDefinition[] | undefined {
  const read = readDocument(files, file, portsFile);
  return read?.ports.flatMap(({ device, serial, vnc, pat }) => {
    const node = labelOf(device, labels);
    const prefix = node.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 100);
    const ports: PortDefinition[] = [];
    if (serial !== undefined && serial !== null && serial !== false)
      ports.push({ name: `${prefix}_serial`, node, kind: 'serial' });
    if (vnc !== undefined && vnc !== null && vnc !== false)
      ports.push({ name: `${prefix}_vnc`, node, kind: 'vnc' });
    for (const target of new Set(Object.values(pat ?? {})))
      ports.push({ name: `${prefix}_pat_${target}`, node, kind: 'pat', inner: target });
    return ports;
  });
}
