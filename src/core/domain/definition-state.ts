import { z } from 'zod';
import { emailAddress } from './email-address.ts';
import { definitionId } from './ids.ts';
import { pipelineName, stepPlan } from './pipeline-progress.ts';
import { licenceType, need } from './resources.ts';
import { rubric } from './rubric.ts';
import { instant } from './time.ts';

export const DEFINITION_STATUSES = ['PENDING_SYNC', 'ACTIVE', 'DEPRECATED', 'ARCHIVED'] as const;
const definitionStatus = z.enum(DEFINITION_STATUSES);
export type DefinitionStatus = (typeof DEFINITION_STATUSES)[number];

/** A port that every lab of the definition gets on its worker. The name ties it to a node: `<label>_<protocol>`. */
export const portDefinition = z.object({
  name: z.string().regex(/^[A-Za-z0-9_-]{1,120}$/),
  /** Label of the node that it leads to. */
  node: z.string().max(200),
  /** `serial` and `vnc` are consoles; `pat` forwards to a port inside the node. */
  kind: z.enum(['serial', 'vnc', 'pat']),
  /** For `pat`: the port inside. */
  inner: z.number().int().min(1).max(65_535).optional(),
  /** For `pat`: TCP where absent. */
  transport: z.enum(['tcp', 'udp']).optional(),
  /** For `serial`: which of the node's lines, the first where absent. */
  line: z.number().int().min(0).max(999).optional(),
});
export type PortDefinition = z.infer<typeof portDefinition>;

/** What is collected from the lab when time is up. */
export const evidencePlan = z.object({
  captureConfigs: z.boolean().default(true),
  /** Commands to run on a node's console; the output becomes `output:<node>:<command>`. */
  commands: z
    .array(z.object({ node: z.string().max(200), commands: z.array(z.string().max(200)).max(50) }))
    .max(1_000)
    .default([]),
  /** Links (by label or id) of which a packet capture is kept. */
  pcapLinks: z.array(z.string().max(200)).max(50).default([]),
});
export type EvidencePlan = z.infer<typeof evidencePlan>;

/** How a definition changes a built-in pipeline (reference 02, section 4.3: templates). */
export const pipelineChange = z.object({
  /** Replaces the whole pipeline. */
  steps: z
    .array(stepPlan.partial().required({ name: true }))
    .max(100)
    .optional(),
  remove: z.array(z.string()).optional(),
  /** Steps put in; `needs` places them. */
  insert: z
    .array(stepPlan.partial().required({ name: true }))
    .max(50)
    .optional(),
  /** Shallow changes by step name. */
  overrides: z.record(z.string(), stepPlan.partial()).optional(),
});

/** What a lab author says about a lab environment. */
export const definitionSpec = z.object({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'letters, digits, dots, dashes and underscores, 100 at most'),
  version: z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/, 'a semantic version such as 1.0.0'),
  title: z.string().max(200).optional(),
  description: z.string().max(4_000).default(''),
  /** Key of its content in LDS, e.g. `Exam Associate CCNA v1.1 LAB 1.3a`. */
  formQualifiedName: z.string().min(3).max(200).optional(),
  /** Licence types that may run it; any where empty. */
  licenceAffinity: z.array(licenceType).max(5).default([]),
  /** What it needs; worked out from the topology where absent, field by field. */
  need: need.omit({ ports: true, nodes: true }).partial().optional(),
  cmlVersion: z.object({ min: z.string().max(50).optional(), max: z.string().max(50).optional() }).optional(),
  /** Ports; from the topology's tags where absent, else one console per node that has one. */
  ports: z.array(portDefinition).max(2_000).optional(),
  maxDurationMinutes: z.number().int().min(1).max(1_440).default(60),
  /** Seconds before the start at which its lab is built. */
  leadSeconds: z.number().int().min(0).max(86_400).optional(),
  teardownSeconds: z.number().int().min(0).max(86_400).optional(),
  noShowAfterSeconds: z.number().int().min(1).max(86_400).optional(),
  warmPoolDepth: z.number().int().min(0).max(10).default(0),
  labReuse: z.boolean().default(true),
  evidence: evidencePlan.optional(),
  grading: z
    .object({ engine: z.enum(['builtin', 'external', 'none']).default('builtin'), rubric: rubric.optional() })
    .optional(),
  pipelines: z.partialRecord(pipelineName, pipelineChange).optional(),
  ownerNotification: z
    .object({
      email: emailAddress.optional(),
      webhookUrl: z
        .url({ protocol: /^https?$/ })
        .max(2_000)
        .optional(),
      onStart: z.boolean().default(false),
      onComplete: z.boolean().default(true),
      onError: z.boolean().default(true),
    })
    .optional(),
});
export type DefinitionSpec = z.infer<typeof definitionSpec>;

/** Where the texts of a definition are kept: keys in the content store, each made from the SHA-256 of its bytes. */
const definitionContent = z.object({
  topologyKey: z.string(),
  packageKey: z.string().optional(),
});

/** A remark about a topology that a lab author should know: `error` keeps it from being used. */
export const finding = z.object({
  severity: z.enum(['error', 'warning', 'info']),
  code: z.string(),
  message: z.string(),
  where: z.string().optional(),
});
export type Finding = z.infer<typeof finding>;

/** What is worked out from the topology. */
export const topologyFacts = z.object({
  title: z.string(),
  /** All nodes, and those that the licence counts. */
  nodeCount: z.number().int(),
  linkCount: z.number().int(),
  nodeDefinitions: z.array(z.string()),
  need,
  ports: z.array(portDefinition),
  findings: z.array(finding),
});
export type TopologyFacts = z.infer<typeof topologyFacts>;

/** Immutable, versioned template of a lab environment; a new version is a new document. */
export const definition = z.object({
  id: definitionId,
  spec: definitionSpec,
  content: definitionContent,
  facts: topologyFacts,
  status: definitionStatus,
  sync: z.object({
    status: z.enum(['requested', 'success', 'failed']),
    message: z.string().optional(),
    at: instant,
  }),
  previousVersionId: definitionId.optional(),
  replacement: z.string().optional(),
  deprecatedReason: z.string().optional(),
  createdBy: z.string(),
  createdAt: instant,
  updatedAt: instant,
});
export type Definition = z.infer<typeof definition>;
