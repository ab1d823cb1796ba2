import {
  type SomeSettings,
  type SystemSettings,
  type SystemSettingsValues,
  systemSettingsValues,
} from '@lcm/core/domain/settings.ts';
import { overlaid } from '@lcm/core/domain/settings-names.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';

/** What is stored, and its version: nothing, and 0, where nothing ever was. */
export interface StoredSettings {
  values: SomeSettings;
  version: number;
}

/** Settings as they are in force: what is stored over the environment over the defaults. */
export async function settingsInForce(
  store: StateStore,
  environment: SomeSettings = {},
): Promise<SystemSettingsValues> {
  return inForce(environment, (await storedSettings(store)).values);
}

/** What the store says, without environment and defaults. */
export async function storedSettings(store: StateStore): Promise<StoredSettings> {
  const stored = await store.load<SystemSettings>('settings', 'default');
  return { values: stored?.state.values ?? {}, version: stored?.version ?? 0 };
}

/** What these come to. */
export const inForce = (environment: SomeSettings, stored: SomeSettings): SystemSettingsValues =>
  systemSettingsValues.parse(overlaid(environment, stored));
