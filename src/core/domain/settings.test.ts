import { expect, it } from 'vitest';
import { given, T0 } from './scenario.fixture.ts';
import { settingsDecider, systemSettings, systemSettingsValues } from './settings.ts';
import { iso } from './time.ts';

const changed = {
  type: 'settings.changed',
  values: { labLeadSeconds: 60, idleDetection: { enabled: false, timeoutSeconds: 5 } },
} as const;

it('only what differs from what is stored is a change', () => {
  const idleDetection = { timeoutSeconds: 5, enabled: false };
  given(settingsDecider, [changed])
    .when({ type: 'change', values: { labLeadSeconds: 61, idleDetection } })
    .happens({ type: 'settings.changed', values: { labLeadSeconds: 61 } });
  given(settingsDecider, [changed])
    .when({ type: 'change', values: { labLeadSeconds: 60 } })
    .happens();
});

it('the others stay as they were, and who changed them last is known', () => {
  const settings = given(settingsDecider, [changed])
    .when({ type: 'change', values: { minWarmWorkers: 2 } })
    .state();
  expect(systemSettings.parse(settings)).toEqual({
    id: 'default',
    values: { ...changed.values, minWarmWorkers: 2 },
    updatedAt: iso(T0),
    updatedBy: 'tester',
  });
});

it('what nobody has set is as documented', () => {
  expect(systemSettingsValues.parse({})).toMatchObject({
    workerLeadSeconds: 1_200,
    labLeadSeconds: 900,
    teardownSeconds: 600,
    planningHorizonDays: 90,
    idleDetection: { enabled: true, timeoutSeconds: 3_600 },
    reconcilePaused: false,
  });
});
