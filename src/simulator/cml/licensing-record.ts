/** What a server remembers of its licence. */
export interface LicensingRecord {
  product: ProductLicence;
  registration: Registration;
  /** Nodes bought on top of the base licence (feature CML_NODE_COUNT). */
  extraNodes: number;
  transport: { ssms: string | null; proxy: { server: string | null; port: number | null } };
  reservationMode: boolean;
  reservationRequest: string | null;
  returnCode: string | null;
}

export type ProductLicence = 'CML_Enterprise' | 'CML_Education' | 'CML_Personal' | 'CML_Personal40';

/** Where the server stands with Smart Licensing; times in milliseconds since the epoch. */
type Registration =
  | { phase: 'none' }
  | { phase: 'registering'; since: number; completesAt: number; compliesAt: number; refusal?: string }
  | { phase: 'deregistering'; since: number; endsAt: number }
  | { phase: 'reserved'; since: number; confirmationCode: string };
