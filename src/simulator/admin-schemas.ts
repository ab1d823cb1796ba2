import { faultyServices } from './faults.ts';
import { noDelays } from './world.ts';

const probability = { type: 'number', minimum: 0, maximum: 1 };
const milliseconds = { type: 'number', minimum: 0 };

const rates = {
  type: 'object',
  additionalProperties: false,
  properties: {
    latency: probability,
    latencyMs: milliseconds,
    error: probability,
    resetBefore: probability,
    resetAfter: probability,
    noAnswer: probability,
    staleState: probability,
    eventLost: probability,
    eventDoubled: probability,
    eventLate: probability,
    eventLateMs: milliseconds,
  },
};

/** A whole fault plan (JSON Schema). */
export const faultPlanSchema = {
  type: 'object',
  required: ['seed', 'services'],
  additionalProperties: false,
  properties: {
    seed: { type: 'integer' },
    services: {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(faultyServices.map((service) => [service, rates])),
    },
  },
};

/** Any of the delays; those that are not named stay as they are. */
export const delaysSchema = {
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(Object.keys(noDelays).map((name) => [name, milliseconds])),
};

/** The whole capacity. */
export const capacitySchema = {
  type: 'object',
  required: ['short'],
  additionalProperties: false,
  properties: {
    short: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        properties: { type: { type: 'string' }, zone: { type: 'string' }, region: { type: 'string' } },
      },
    },
    vcpuLimit: { type: 'integer', minimum: 0 },
  },
};

/** All sinks that get every event, with the bearer tokens of those that want one. */
export const eventSinksSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['url'],
    additionalProperties: false,
    properties: { url: { type: 'string', pattern: '^https?://' }, token: { type: 'string' } },
  },
};
