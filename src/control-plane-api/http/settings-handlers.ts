import type { contract } from '@lcm/core/api/contract.ts';
import { actorOf } from '../auth/caller.ts';
import { changeSettings, resetSetting } from '../commands/settings.ts';
import { inForce, type StoredSettings, storedSettings } from '../queries/settings.ts';
import { settingsSchema } from '../queries/settings-schema.ts';
import type { Services } from '../services.ts';
import { type Call, type Handlers, termsOf } from './handler.ts';

/** What answers the operations on settings. */
export function settingsHandlers(services: Services): Handlers<(typeof contract)['settings']> {
  const view = ({ values, version }: StoredSettings) => ({
    ...inForce(services.settingDefaults, values),
    version,
  });
  const terms = (call: Pick<Call, 'caller' | 'expectedVersion' | 'fence' | 'correlationId'>) => ({
    ...termsOf(call),
    by: actorOf(call.caller),
  });
  return {
    get: async () => view(await storedSettings(services.store)),
    schema: async () =>
      settingsSchema(services.settingDefaults, (await storedSettings(services.store)).values),
    change: async (call) => view(await changeSettings(services, call.body, terms(call))),
    reset: async (call) => view(await resetSetting(services, call.params.name, terms(call))),
  };
}
