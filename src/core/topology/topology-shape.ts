import { z } from 'zod';

/** Schema versions of CML 2.0 (0.0.3) to 2.10 (0.3.1). */
const TOPOLOGY_VERSIONS = [
  '0.0.3',
  '0.0.4',
  '0.0.5',
  '0.1.0',
  '0.2.0',
  '0.2.1',
  '0.2.2',
  '0.3.0',
  '0.3.1',
] as const;

/** More nodes than any worker runs (PRODUCT.md, Entities). */
export const MAX_NODES = 1_000;

/** Text; what YAML 1.1 made a boolean, number or date out of is named with the way out. */
const text = (max: number, min = 0) =>
  z
    .string({
      error: ({ input }) =>
        input === undefined || input === null || typeof input === 'object'
          ? 'must be text'
          : `must be text, CML reads it as ${JSON.stringify(input)}: put it in quotes`,
    })
    .min(min, 'must not be empty')
    .max(max);

const absentIfNull = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value): z.output<Schema> | undefined => value ?? undefined);

const configuration = z.union(
  [
    z.string().transform((content) => [{ content }]),
    z.array(
      z
        .looseObject({ name: text(64), content: z.string().nullish() })
        .transform(({ name, content }) => ({ name, content: content ?? '' })),
    ),
  ],
  { error: 'must be text, or a list of files with name and content' },
);

const networkInterface = z.looseObject({
  id: text(64, 1),
  label: text(64, 1),
  type: absentIfNull(z.enum(['physical', 'loopback'])),
  slot: absentIfNull(z.number().int().min(0).max(128)),
});

const node = z.looseObject({
  id: text(64, 1),
  label: text(128, 1),
  node_definition: text(250, 1),
  image_definition: absentIfNull(text(250)),
  x: absentIfNull(z.number().min(-15_000).max(15_000)),
  y: absentIfNull(z.number().min(-15_000).max(15_000)),
  configuration: absentIfNull(configuration),
  ram: absentIfNull(z.number().min(0).max(1_048_576)),
  cpus: absentIfNull(z.number().min(0).max(128)),
  cpu_limit: absentIfNull(z.number()),
  boot_disk_size: absentIfNull(z.number().min(0).max(4_096)),
  data_volume: absentIfNull(z.number().min(0).max(4_096)),
  tags: absentIfNull(z.array(text(128))),
  interfaces: absentIfNull(z.array(networkInterface)),
});

const endOf = absentIfNull(text(64));

/** The ends of a link have one pair of names in exports and imports, another in CML's API. */
const link = z.looseObject({
  id: text(64, 1),
  label: absentIfNull(text(1_000)),
  n1: endOf,
  i1: endOf,
  n2: endOf,
  i2: endOf,
  node_a: endOf,
  interface_a: endOf,
  node_b: endOf,
  interface_b: endOf,
});

/** A topology file as CML takes it; fields that LCM has no use for pass unseen. */
export const topologyShape = z.looseObject(
  {
    lab: z.looseObject({
      title: absentIfNull(text(64)),
      description: absentIfNull(text(4_096)),
      notes: absentIfNull(text(32_768)),
      version: z.enum(TOPOLOGY_VERSIONS, {
        error: ({ input }) =>
          `must be a schema version from ${TOPOLOGY_VERSIONS[0]} to ${TOPOLOGY_VERSIONS.at(-1)}, not ${JSON.stringify(input)}`,
      }),
    }),
    nodes: z.array(node).max(MAX_NODES, `has more than ${MAX_NODES} nodes`),
    links: absentIfNull(z.array(link)),
  },
  { error: 'must be a topology with lab, nodes and links' },
);
export type TopologyShape = z.output<typeof topologyShape>;
