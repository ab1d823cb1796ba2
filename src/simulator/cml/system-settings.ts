import type { ExternalConnector, SystemSettings } from './settings-record.ts';
import { type CmlStore, onlyId } from './store.ts';

/** The settings as they are; made by `seedSettings` before anything asks. */
export function settingsOf(store: CmlStore): SystemSettings {
  const settings = store.settings.get(onlyId);
  if (!settings) throw new Error('the simulated CML server was not seeded');
  return settings;
}

/** Changes some settings and keeps them. */
export function changeSettings(store: CmlStore, change: Partial<SystemSettings>): SystemSettings {
  const settings = { ...settingsOf(store), ...change };
  store.settings.put(onlyId, settings);
  return settings;
}

/** The settings of a server just installed. */
export function seedSettings(store: CmlStore, uuid: () => string): void {
  if (store.settings.get(onlyId)) return;
  store.settings.put(onlyId, {
    computeId: uuid(),
    productUuid: uuid(),
    admission_state: 'READY',
    new_host_admission_state: 'READY',
    maintenance_mode: false,
    notice: null,
    notices: [],
    connectors: [
      connector(uuid(), 'virbr0', 'NAT', ['NAT']),
      connector(uuid(), 'bridge0', 'System Bridge', ['System Bridge']),
    ],
    web_session_timeout: 86_400,
    auth: { method: 'local' },
    readOnlyDefinitions: {},
  });
}

const connector = (id: string, device_name: string, label: string, tags: string[]): ExternalConnector => ({
  id,
  device_name,
  label,
  protected: false,
  snooped: true,
  tags,
});
