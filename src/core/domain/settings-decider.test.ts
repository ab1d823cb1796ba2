import { expect, it } from 'vitest';
import { given, T0 } from './scenario.fixture.ts';
import { systemSettings, systemSettingsValues } from './settings.ts';
import { settingsDecider } from './settings-decider.ts';
import { flat, grouped, SETTING_NAMES } from './settings-names.ts';
import { brokenSettingsRules } from './settings-rules.ts';
import { iso } from './time.ts';

const changed = {
  type: 'settings.changed',
  values: { labLeadSeconds: 60, idleDetection: { enabled: false, timeoutSeconds: 5 } },
} as const;

it('only what differs from what is stored is a change', () => {
  const idleDetection = { timeoutSeconds: 5, enabled: true };
  given(settingsDecider, [changed])
    .when({ type: 'change', values: { labLeadSeconds: 61, idleDetection } })
    .happens({ type: 'settings.changed', values: { labLeadSeconds: 61, idleDetection: { enabled: true } } });
  given(settingsDecider, [changed])
    .when({ type: 'change', values: { labLeadSeconds: 60 } })
    .happens();
});

it('the others stay as they were, also within a group, and who changed them last is known', () => {
  const settings = given(settingsDecider, [changed])
    .when({ type: 'change', values: { minWarmWorkers: 2, idleDetection: { enabled: true } } })
    .state();
  expect(systemSettings.parse(settings)).toEqual({
    id: 'default',
    values: {
      labLeadSeconds: 60,
      idleDetection: { enabled: true, timeoutSeconds: 5 },
      minWarmWorkers: 2,
    },
    updatedAt: iso(T0),
    updatedBy: 'tester',
  });
});

it('a pool that a change does not name is gone: lists by type are one value', () => {
  const pools = { type: 'settings.changed', values: { licencePools: { ENTERPRISE: 3 } } } as const;
  const settings = given(settingsDecider, [pools])
    .when({ type: 'change', values: { licencePools: { PERSONAL: 1 } } })
    .state();
  expect(settings.values).toEqual({ licencePools: { PERSONAL: 1 } });
});

it('a reset takes out one value, or a group, and nothing where nothing is stored', () => {
  const after = (name: string) => given(settingsDecider, [changed]).when({ type: 'reset', name });
  after('idleDetection.enabled').happens({ type: 'settings.reset', names: ['idleDetection.enabled'] });
  expect(after('idleDetection.enabled').state().values).toEqual({
    labLeadSeconds: 60,
    idleDetection: { timeoutSeconds: 5 },
  });
  expect(after('idleDetection').state().values).toEqual({ labLeadSeconds: 60 });
  after('minWarmWorkers').happens();
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

it('every setting has a name, a title and a sentence on what it does', () => {
  expect(SETTING_NAMES).toEqual(expect.arrayContaining(['labLeadSeconds', 'login.idleSeconds']));
  const all = systemSettingsValues.parse({});
  expect(grouped(flat(all))).toEqual(all);
  const named = Object.entries(systemSettingsValues.shape).map(([name, schema]) => [
    name,
    schema.meta() ?? {},
  ]);
  for (const [name, meta] of named)
    expect(meta, String(name)).toMatchObject({ title: expect.any(String), description: expect.any(String) });
});

it('the limits of a login are in order', () => {
  const login = { idleSeconds: 600, absoluteSeconds: 300, warningSeconds: 600 };
  expect(brokenSettingsRules(systemSettingsValues.parse({}))).toEqual([]);
  expect(brokenSettingsRules(systemSettingsValues.parse({ login })).map(({ pointer }) => pointer)).toEqual([
    '/login/idleSeconds',
    '/login/warningSeconds',
  ]);
});
