import { type CmlStore, onlyId } from './store.ts';

/** UNREGISTERED and REGISTERED hosts are not connected; ONLINE is connected but starts nothing. */
type AdmissionState = 'UNREGISTERED' | 'REGISTERED' | 'ONLINE' | 'READY';

export interface NoticeRecord {
  id: string;
  level: string;
  label: string;
  content: string;
  enabled: boolean;
  acknowledged: Record<string, boolean>;
  groups: string[];
}

interface ExternalConnector {
  id: string;
  device_name: string;
  label: string;
  protected: boolean;
  snooped: boolean;
  tags: string[];
}

/** What administrators set on the server as a whole. */
export interface SystemSettings {
  computeId: string;
  productUuid: string;
  admission_state: AdmissionState;
  new_host_admission_state: AdmissionState;
  maintenance_mode: boolean;
  notice: string | null;
  notices: NoticeRecord[];
  connectors: ExternalConnector[];
  /** Seconds until a token expires. */
  web_session_timeout: number;
  auth: Record<string, unknown>;
  readOnlyDefinitions: Record<string, boolean>;
}

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
