import {
  type SystemSettings,
  type SystemSettingsValues,
  systemSettingsValues,
} from '@lcm/core/domain/settings.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';

/** Settings as they are in force: what is stored over the defaults. */
export async function settingsInForce(
  store: StateStore,
  defaults: Partial<SystemSettingsValues> = {},
): Promise<SystemSettingsValues> {
  const stored = await store.load<SystemSettings>('settings', 'default');
  return systemSettingsValues.parse({ ...defaults, ...stored?.state.values });
}
