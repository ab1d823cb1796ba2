import { expect, it } from 'vitest';
import { settingChange, settingRows } from './settings.ts';

it('shows each setting with its unit and where it comes from, those of groups too', () => {
  const idle = { 'x-unit': 'seconds', 'x-source': 'store', description: 'Idle' };
  const schema = {
    properties: { reconcilePaused: { 'x-source': 'default' }, login: { properties: { idleSeconds: idle } } },
  };
  expect(settingRows({ reconcilePaused: false, login: { idleSeconds: 60 } }, schema)).toEqual([
    ['reconcilePaused', 'false', '', 'default', ''],
    ['login.idleSeconds', '60', 'seconds', 'store', 'Idle'],
  ]);
});

it('reads a change as it is typed', () => {
  expect(settingChange('login.idleSeconds', '900')).toEqual({ login: { idleSeconds: 900 } });
  expect(settingChange('maxSessionsPerOwner', 'null')).toEqual({ maxSessionsPerOwner: null });
  expect(settingChange('licencePools', '{"ENTERPRISE":3}')).toEqual({ licencePools: { ENTERPRISE: 3 } });
});

it('refuses what is no setting, or no value of it, before anybody is asked', () => {
  expect(() => settingChange('login.idle', '900')).toThrow('login.idle: Unrecognized key');
  expect(() => settingChange('reconcilePaused', 'maybe')).toThrow('expected boolean');
});
