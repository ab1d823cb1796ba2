import { z } from 'zod';
import { changeOf } from './change-of.ts';
import { plainText } from './secret-reference.ts';
import { instant } from './time.ts';

const amount = (from: number, to: number) => z.number().int().min(from).max(to);
/** What people read of a setting: its name, what it does, what it is counted in. */
const about = (title: string, description: string, unit?: 'seconds' | 'days' | 'months') => ({
  title,
  description,
  ...(unit ? { 'x-unit': unit } : {}),
});

const perMinute = (standard: number | null, title: string) =>
  amount(1, 1_000_000)
    .nullable()
    .default(standard)
    .meta(about(title, 'Requests per minute; null for any number'));

/** Run-time settings, changed by operators; the store wins over the environment, which wins over these defaults. */
export const systemSettingsValues = z.object({
  workerLeadSeconds: amount(0, 86_400)
    .default(1_200)
    .meta(
      about('Lead of a worker', 'What a new one takes from its request until it is schedulable', 'seconds'),
    ),
  labLeadSeconds: amount(0, 86_400)
    .default(900)
    .meta(about('Lead of a lab', 'What it takes from its import until all its nodes are booted', 'seconds')),
  teardownSeconds: amount(0, 86_400)
    .default(600)
    .meta(
      about('Teardown', 'What evidence, grading and teardown may take after the end of a slot', 'seconds'),
    ),
  planningHorizonDays: amount(1, 365)
    .default(90)
    .meta(about('Planning horizon', 'Sessions further ahead than this are not placed yet', 'days')),
  maxWorkersPerRegion: amount(0, 10_000)
    .default(10)
    .meta(about('Workers per region', 'At most so many at once')),
  minWarmWorkers: amount(0, 1_000)
    .default(0)
    .meta(about('Warm workers', 'So many keep running though nobody needs them')),
  scaleUpCooldownSeconds: amount(0, 86_400)
    .default(0)
    .meta(about('Cooldown of scale-up', 'Between two new workers of the same template', 'seconds')),
  idleDetection: z
    .object({
      enabled: z.boolean().default(true).meta(about('On', 'Whether workers that nobody uses are stopped')),
      timeoutSeconds: amount(0, 604_800)
        .default(3_600)
        .meta(about('After', 'Without use for so long, a worker is idle', 'seconds')),
    })
    .prefault({})
    .meta(about('Idle workers', 'When workers that nobody uses are stopped')),
  stoppedRetentionSeconds: amount(0, 31_536_000)
    .default(86_400)
    .meta(about('Retention of stopped workers', 'After so long they are terminated', 'seconds')),
  snoozeSeconds: amount(0, 604_800)
    .default(3_600)
    .meta(about('Snooze', 'So long a manual resume protects a worker from being stopped as idle', 'seconds')),
  licencePools: z
    .record(plainText(100), amount(0, 1_000_000))
    .default({})
    .meta(about('Licence pools', 'Seats by licence type; without a limit where a type is not named')),
  maxSessionsPerOwner: amount(1, 1_000_000)
    .nullable()
    .default(null)
    .meta(about('Sessions per owner', 'At most so many at once; null for any number')),
  auditRetentionMonths: amount(3, 12)
    .default(12)
    .meta(about('Retention of the audit', 'Sealed days that are older are dropped whole', 'months')),
  notifications: z
    .object({
      tellCandidates: z
        .boolean()
        .default(true)
        .meta(about('Tell candidates', 'Whether candidates get a letter when their session fails')),
    })
    .prefault({})
    .meta(about('Notifications', 'Who is told without having subscribed')),
  login: z
    .object({
      idleSeconds: amount(60, 86_400)
        .default(1_800)
        .meta(about('Idle limit', 'Without a sign of its person for so long, it ends', 'seconds')),
      absoluteSeconds: amount(300, 604_800)
        .default(36_000)
        .meta(about('Absolute limit', 'After so long it ends whatever happens', 'seconds')),
      warningSeconds: amount(10, 3_600)
        .default(300)
        .meta(about('Warning', 'So long before either end the page begins to warn', 'seconds')),
    })
    .prefault({})
    .meta(about('Login', 'How long a login of the page lasts')),
  requestsPerMinute: z
    .object({
      anonymous: perMinute(60, 'From one address, without a caller who is known'),
      // Whoever runs the system may load a whole exam day at once.
      admin: perMinute(null, 'Of one admin'),
      manager: perMinute(3_000, 'Of one manager'),
      'lab-author': perMinute(1_200, 'Of one lab author'),
      user: perMinute(1_200, 'Of one user'),
      candidate: perMinute(600, 'Of one candidate'),
    })
    .prefault({})
    .meta(
      about(
        'Requests per minute',
        'How often one may call; null for any number. With several roles, the largest',
      ),
    ),
  streamsPerCaller: amount(1, 1_000_000)
    .nullable()
    .default(50)
    .meta(
      about(
        'Streams per caller',
        'Live streams that one may follow at once at a replica; null for any number',
      ),
    ),
  visibility: z
    .array(
      z.strictObject({
        group: plainText(200).min(1).meta(about('Group', 'As the issuer names it')),
        regions: z
          .array(plainText(50).min(1))
          .max(100)
          .optional()
          .meta(about('Regions', 'All of them where absent')),
        tags: z
          .array(plainText(50).min(1))
          .max(100)
          .optional()
          .meta(about('Tags', 'One of these on the worker template; any where absent')),
      }),
    )
    .max(200)
    .default([])
    .meta(
      about(
        'Visibility',
        'Which part of the fleet a group sees, with the sessions on it; each entry adds to what its group sees. Who is in no group named here sees everything, and so do admins',
      ),
    ),
  reconcilePaused: z
    .boolean()
    .default(false)
    .meta(about('Reconciling paused', 'Stops all controllers from acting')),
});
export type SystemSettingsValues = z.infer<typeof systemSettingsValues>;

/** Some of the settings: what a change says, and what is stored. The others stay as environment and defaults have them. */
export const someSettings = changeOf(systemSettingsValues);
export type SomeSettings = z.infer<typeof someSettings>;

export const systemSettings = z.object({
  id: z.literal('default'),
  values: someSettings,
  updatedAt: instant,
  updatedBy: z.string(),
});
export type SystemSettings = z.infer<typeof systemSettings>;
