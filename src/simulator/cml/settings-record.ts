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

export interface ExternalConnector {
  id: string;
  device_name: string;
  label: string;
  protected: boolean;
  snooped: boolean;
  tags: string[];
}
