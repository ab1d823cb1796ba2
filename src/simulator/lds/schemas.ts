/** JSON schemas of what clients send to LDS. Fields that are not named here are accepted and ignored. */

const text = { type: 'string', minLength: 1 } as const;
const optionalText = { type: 'string' } as const;
const instant = { type: 'string', format: 'date-time' } as const;

const part = {
  type: 'object',
  required: ['repository_type', 'form_qualified_name'],
  properties: {
    repository_type: { const: 'minio' },
    form_qualified_name: text,
    variables: { type: 'object' },
  },
} as const;

/** One part, as it is added to a session. */
export const partSchema = part;

/** A reservation. */
export const sessionSchema = {
  type: 'object',
  required: ['origin', 'auth_id', 'candidate_id', 'scheduled_date'],
  properties: {
    origin: text,
    auth_id: text,
    auth_id_type: optionalText,
    candidate_id: text,
    candidate_reference: optionalText,
    first_name: optionalText,
    last_name: optionalText,
    scheduled_date: instant,
    scheduled_end: instant,
    session_parts: { type: 'array', items: part },
  },
} as const;

/** All devices of a part. */
export const devicesSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['device_label', 'protocol', 'host'],
    properties: {
      device_label: text,
      protocol: text,
      host: text,
      port: { type: 'integer', minimum: 1, maximum: 65_535 },
      uri: optionalText,
      username: optionalText,
      password: optionalText,
    },
  },
} as const;

/** New times of a session. */
export const timesSchema = {
  type: 'object',
  minProperties: 1,
  properties: { scheduled_date: instant, scheduled_end: instant },
} as const;

/** An edited configuration. */
export const configurationSchema = {
  type: 'object',
  required: ['configuration'],
  properties: { configuration: optionalText, mode: { enum: ['merge', 'replace'] } },
} as const;
