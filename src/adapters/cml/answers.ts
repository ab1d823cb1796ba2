import { Refusal } from '@lcm/core/domain/refusal.ts';
import { z } from 'zod';

/**
 * What we read of CML's answers (reference: its API as its own client library uses it). Only what is needed
 * is asked for, and texts such as states are left open: another version may know more of them.
 */
export const systemInformation = z.object({ version: z.string(), ready: z.boolean().default(false) });

const amount = z.object({ used: z.number().default(0), total: z.number().default(0) });
export const systemStats = z.object({
  computes: z
    .record(
      z.string(),
      z.object({
        stats: z.object({
          dominfo: z
            .object({
              running_nodes: z.number().default(0),
              allocated_cpus: z.number().default(0),
              /** KiB. */
              allocated_memory: z.number().default(0),
            })
            .optional(),
        }),
      }),
    )
    .default({}),
  all: z.object({ cpu: z.object({ percent: z.number().default(0) }), memory: amount, disk: amount }),
});

export const licensing = z.object({
  registration: z.object({ status: z.string(), expires: z.string().nullish() }),
  authorization: z.object({ status: z.string(), expires: z.string().nullish() }),
  features: z
    .array(
      z.object({
        id: z.string(),
        description: z.string().nullish(),
        in_use: z.number().default(0),
        status: z.string().nullish(),
        max: z.number().nullish(),
      }),
    )
    .nullish(),
  reservation_mode: z.boolean().nullish(),
  udi: z.object({ hostname: z.string().nullish(), product_uuid: z.string().nullish() }).nullish(),
  product_license: z.object({ active: z.string() }).nullish(),
});
export type Licensing = z.infer<typeof licensing>;

export const computeHosts = z.array(z.object({ id: z.string(), admission_state: z.string().optional() }));

export const definitions = z.array(z.object({ id: z.string() }));

export const telemetryEvents = z.array(
  z.object({
    category: z.string(),
    timestamp: z.union([z.string(), z.number()]),
    data: z.record(z.string(), z.unknown()).nullish(),
  }),
);

export const lab = z.object({
  id: z.string(),
  lab_title: z.string().nullish(),
  lab_notes: z.string().nullish(),
  owner: z.string().nullish(),
  owner_username: z.string().nullish(),
  state: z.string(),
  node_count: z.number().default(0),
  link_count: z.number().default(0),
});

const quantities = z.object({ cpus: z.number().nullish(), ram: z.number().nullish() });
export const nodes = z.array(
  quantities.extend({
    id: z.string(),
    label: z.string(),
    node_definition: z.string(),
    state: z.string().default('DEFINED_ON_CORE'),
    tags: z.array(z.string()).nullish(),
    x: z.number().default(0),
    y: z.number().default(0),
    /** Where CML 2.9 and later keep what the running node has. */
    operational: quantities.nullish(),
  }),
);

export const configurations = z.object({
  nodes: z.array(
    z.object({
      label: z.string(),
      configuration: z
        .union([z.string(), z.array(z.object({ name: z.string(), content: z.string() }))])
        .nullish(),
    }),
  ),
});

export const links = z.array(
  z.object({ id: z.string(), label: z.string().nullish(), state: z.string().default('DEFINED_ON_CORE') }),
);

export const imported = z.object({
  id: z.string(),
  warnings: z.array(z.unknown()).nullish(),
});

/**
 * The answer as the schema has it.
 * @throws Refusal `unavailable` where it is something else: not the CML that we know
 */
export function read<Schema extends z.ZodType>(schema: Schema, answer: unknown): z.output<Schema> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new Refusal('unavailable', `CML's answer is not as its API says: ${z.prettifyError(parsed.error)}`);
}
