import type { Candidate } from '../domain/person.ts';
import type { Device } from '../domain/user-session.ts';

export type LdsState =
  | 'EMPTY'
  | 'PENDING'
  | 'PRELAUNCH'
  | 'RUNNING'
  | 'PAUSED'
  | 'USER_FINISHED'
  | 'ARCHIVED';

export interface LdsSession {
  id: string;
  state: LdsState;
  /** Our session id, as we passed it on. */
  reference: string;
  startedAt?: string | undefined;
}

/** The Lab Delivery System, which candidates log in to (reference 02, section 4.7). */
export interface LabDeliverySystem {
  /** Not idempotent at LDS: `findByReference` before repeating it. */
  create(request: {
    reference: string;
    formQualifiedName: string;
    candidate?: Candidate | undefined;
    start: string;
    end: string;
  }): Promise<LdsSession>;
  /** Every session with that reference, archived ones included. */
  findByReference(reference: string): Promise<LdsSession[]>;
  get(id: string): Promise<LdsSession | undefined>;
  /** Replaces all devices of the session's part. */
  setDevices(id: string, devices: readonly Device[]): Promise<void>;
  launchUrl(id: string): Promise<string>;
  /** The candidate can look, but no longer change anything. Done already is done. */
  closeAccess(id: string): Promise<void>;
  /** Gone or archived already is done. */
  archive(id: string): Promise<void>;
  /** Makes LDS fetch the form's content. */
  syncContent(formQualifiedName: string): Promise<void>;
}
