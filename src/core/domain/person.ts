import { z } from 'zod';
import { emailAddress } from './email-address.ts';

/** Who a session belongs to: an identity that can log in, or somebody known to a booking system only. */
export const owner = z.union([
  z.object({ issuer: z.string().max(500), subject: z.string().min(1).max(200) }),
  z.object({ externalId: z.string().min(1).max(200) }),
]);
export type Owner = z.infer<typeof owner>;

/** An owner who can log in. */
export type Account = Extract<Owner, { issuer: string }>;

/** One text per owner, for indexes and quotas. */
export function ownerKey(who: Owner): string {
  return 'externalId' in who ? externalKey(who.externalId) : `${who.issuer}|${who.subject}`;
}

/** The key of who is known to a booking system only, by its id there. */
export const externalKey = (externalId: string): string => `external:${externalId}`;

/** The keys of all who are known to booking systems only: a range for lists. */
export const EXTERNAL_KEYS = { from: 'external:', to: 'external;' } as const;

/** Who sits the lab, as it is passed on to the Lab Delivery System. */
export const candidate = z.object({
  externalId: z.string().min(1).max(200).optional(),
  givenName: z.string().max(100).optional(),
  familyName: z.string().max(100).optional(),
  /** In lower case: by it, too, the candidate finds the session at a first login. */
  email: emailAddress.toLowerCase().optional(),
  language: z.string().max(35).optional(),
  timeZone: z.string().max(64).optional(),
  /** Time accommodation: 1.25 gives a quarter more time. */
  accommodationFactor: z.number().min(1).max(4).optional(),
});
export type Candidate = z.infer<typeof candidate>;
