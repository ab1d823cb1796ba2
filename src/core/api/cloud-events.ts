import { z } from 'zod';

/** What a URI reference is made of (RFC 3986). */
const REFERENCE = /^[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/;
const NAME = /^(?:[a-z0-9]+|data_base64)$/;

/**
 * A CloudEvent in its JSON format
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md).
 * `source` and `id` together tell one event from another: one without an id could be taken twice.
 */
export const cloudEvent = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string().min(1).max(500),
    source: z.string().max(2_000).regex(REFERENCE, 'must be a URI reference'),
    type: z.string().min(1).max(500),
    subject: z.string().min(1).max(2_000).optional(),
    time: z.iso.datetime({ offset: true }).optional(),
    datacontenttype: z.string().min(1).max(200).optional(),
    dataschema: z.url().max(2_000).optional(),
    data: z.unknown().optional(),
    data_base64: z.base64().optional(),
  })
  .catchall(z.union([z.string(), z.number().int(), z.boolean()]))
  .refine((event) => Object.keys(event).every((name) => NAME.test(name)), {
    message: 'names of attributes are lower-case letters and digits',
  })
  .meta({ propertyNames: { pattern: NAME.source } });
