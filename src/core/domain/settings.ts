import { z } from 'zod';
import { changeOf } from './change-of.ts';
import type { Decider } from './decider.ts';
import { sameJson } from './same-json.ts';
import { instant, iso } from './time.ts';

/** Run-time settings, changed by operators; the store wins over the environment, which wins over these defaults. */
export const systemSettingsValues = z.object({
  /** Seconds that a new worker takes from its request until it is schedulable. */
  workerLeadSeconds: z.number().int().min(0).max(86_400).default(1_200),
  /** Seconds that a lab takes from its import until all its nodes are booted. */
  labLeadSeconds: z.number().int().min(0).max(86_400).default(900),
  /** Seconds after the end of a slot that evidence, grading and teardown may take. */
  teardownSeconds: z.number().int().min(0).max(86_400).default(600),
  /** Sessions further ahead than this are not placed yet. */
  planningHorizonDays: z.number().int().min(1).max(365).default(90),
  maxWorkersPerRegion: z.number().int().min(0).max(10_000).default(10),
  minWarmWorkers: z.number().int().min(0).max(1_000).default(0),
  /** Seconds between two scale-ups for the same template. */
  scaleUpCooldownSeconds: z.number().int().min(0).max(86_400).default(0),
  idleDetection: z
    .object({
      enabled: z.boolean().default(true),
      timeoutSeconds: z.number().int().min(0).max(604_800).default(3_600),
    })
    .prefault({}),
  /** Seconds that a stopped worker is kept before it is terminated. */
  stoppedRetentionSeconds: z.number().int().min(0).max(31_536_000).default(86_400),
  /** Seconds that a manual resume protects a worker from being stopped as idle. */
  snoozeSeconds: z.number().int().min(0).max(604_800).default(3_600),
  licencePools: z.record(z.string(), z.number().int().min(0)).default({}),
  maxSessionsPerOwner: z.number().int().min(1).nullable().default(null),
  /** How long a login of the page lasts. */
  login: z
    .object({
      /** Seconds without a sign of its person after which it ends. */
      idleSeconds: z.number().int().min(60).max(86_400).default(1_800),
      /** Seconds after which it ends whatever happens. */
      absoluteSeconds: z.number().int().min(300).max(604_800).default(36_000),
      /** Seconds before either end at which the page begins to warn. */
      warningSeconds: z.number().int().min(10).max(3_600).default(300),
    })
    .prefault({}),
  /** Stops all controllers from acting. */
  reconcilePaused: z.boolean().default(false),
});
export type SystemSettingsValues = z.infer<typeof systemSettingsValues>;

/** Some of the settings: what a change says, and what is stored. The others stay as environment and defaults have them. */
export const someSettings = changeOf(systemSettingsValues);

export const systemSettings = z.object({
  id: z.literal('default'),
  values: someSettings,
  updatedAt: instant,
  updatedBy: z.string(),
});
export type SystemSettings = z.infer<typeof systemSettings>;

export type SettingsCommand = { type: 'change'; by: string; values: Partial<SystemSettingsValues> };
export type SettingsEvent = {
  type: 'settings.changed';
  at: string;
  by: string;
  values: Partial<SystemSettingsValues>;
};

export const settingsDecider: Decider<SystemSettings, SettingsCommand, SettingsEvent> = {
  decide: (state, { values, by }, now) => {
    const changed = Object.entries(values).filter(
      ([key, value]) => !sameJson(value, state?.values[key as keyof SystemSettingsValues]),
    );
    return changed.length > 0
      ? [{ type: 'settings.changed', values: Object.fromEntries(changed), at: iso(now), by }]
      : [];
  },
  evolve: (state, event) => ({
    id: 'default',
    values: { ...state?.values, ...event.values },
    updatedAt: event.at,
    updatedBy: event.by,
  }),
};
