import type { AuditActor, AuditEntry, AuditFacts } from '@lcm/core/domain/audit-entry.ts';

/** Fields of an entry that are one person's: under which names the person is known, and where they stand. */
export interface Personal {
  names: [string, ...string[]];
  /** JSON pointers into the entry. */
  fields: string[];
}

type Account = Pick<AuditActor, 'issuer' | 'subject' | 'username'>;

const accountName = ({ issuer, subject }: Pick<Account, 'issuer' | 'subject'>): string =>
  `account:${issuer}|${subject}`;

/** Every name that a text may be, as people write it: an account, a user name, an e-mail address and so on. */
export function namesMeant(text: string): string[] {
  const lower = text.toLowerCase();
  return [
    `account:${text}`,
    `subject:${text}`,
    `username:${lower}`,
    `email:${lower}`,
    `external:${text}`,
    `address:${lower}`,
  ];
}

/** Fields of states that hold a user name, however deep. */
const USERNAMES = /\/(by|[a-z]+By|username|assignee|author|owner)$/;
/** And those that hold what a booking system calls an owner who cannot log in: often an e-mail address. */
const EXTERNAL_IDS = /^\/(owner\/externalId|bookedFor)$/;
const OWNER_KEYS = /^\/(ownerKey|subscriber)$/;
/** How the key of such an owner begins; it is a name of theirs, too. */
const EXTERNAL = 'external:';

/** Whose the personal fields of an entry are: the actor's, and those of whom the change speaks of. */
export function personalIn(entry: AuditEntry, candidate?: AuditFacts['candidate']): Personal[] {
  const { actor, differences = [] } = entry;
  const found = [...ofActor(entry), ...ofImpersonator(actor), ...ofResource(entry)];
  const own = found[0];
  const ofCandidate: string[] = [];
  const ofOwner = (id: string, pointer: string) => {
    const names = candidateNames(candidate);
    const name = `${EXTERNAL}${id}`;
    found.push({ names: names.includes(name) ? names : [name], fields: [pointer] });
  };
  const look = (field: string, value: unknown, pointer: string): void => {
    if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) look(`${field}/${key}`, inner, `${pointer}/${key}`);
    else if (typeof value !== 'string') return;
    else if (EXTERNAL_IDS.test(field)) ofOwner(value, pointer);
    else if (OWNER_KEYS.test(field) && value.startsWith(EXTERNAL))
      ofOwner(value.slice(EXTERNAL.length), pointer);
    else if (!USERNAMES.test(field)) return;
    else if (own && value === actor.username) own.fields.push(pointer);
    else found.push({ names: [usernameName(value)], fields: [pointer] });
  };
  for (const [place, { field, from, to }] of differences.entries())
    for (const [name, value] of Object.entries({ from, to })) {
      const pointer = `/differences/${place}/${name}`;
      if (value === undefined) continue;
      if (/^\/candidate(\/|$)/.test(field)) ofCandidate.push(pointer);
      else look(field, value, pointer);
    }
  if (ofCandidate.length > 0) found.push({ names: candidateNames(candidate), fields: ofCandidate });
  return found;
}

/** Services are nobody: what they do is shown as it is. */
function ofActor({ actor, refusal }: AuditEntry): Personal[] {
  const fields = [
    ...(actor.username === undefined ? [] : ['/actor/username']),
    ...(actor.address === undefined ? [] : ['/actor/address']),
    // It may say what was sent.
    ...(refusal ? ['/refusal/message'] : []),
  ];
  if (actor.credential?.type === 'service' || actor.roles.includes('controller')) return [];
  if (fields.length === 0) return [];
  // Whoever did not say who they are is known by where they came from.
  if (actor.issuer === '' && actor.username) return [{ names: [usernameName(actor.username)], fields }];
  if (actor.issuer === '') return actor.address ? [{ names: [`address:${actor.address}`], fields }] : [];
  return [{ names: namesOf(actor), fields }];
}

function ofImpersonator({ impersonator }: AuditActor): Personal[] {
  if (impersonator?.username === undefined) return [];
  return [{ names: namesOf(impersonator), fields: ['/actor/impersonator/username'] }];
}

/** Accounts go by their user names, quotas by their owners'. */
function ofResource({ resource }: AuditEntry): Personal[] {
  if (!resource) return [];
  const name =
    resource.kind === 'account' ? usernameName(resource.id) : OWNER_OF_QUOTA.exec(resource.id)?.[1];
  return name === undefined ? [] : [{ names: [name], fields: ['/resource/id'] }];
}
const OWNER_OF_QUOTA = /^sessions\/(external:.*)$/s;

const namesOf = (account: Account): Personal['names'] => [
  accountName(account),
  `subject:${account.subject}`,
  ...(account.username ? [usernameName(account.username)] : []),
];

const usernameName = (username: string) => `username:${username.toLowerCase()}`;

function candidateNames(candidate: AuditFacts['candidate']): Personal['names'] {
  const { externalId, email, ownerKey = '' } = candidate ?? {};
  const known = [
    ...(externalId ? [`${EXTERNAL}${externalId}`] : []),
    ...(ownerKey.startsWith(EXTERNAL) ? [ownerKey] : []),
    ...(email ? [`email:${email.toLowerCase()}`] : []),
  ];
  const [first, ...others] = [...new Set(known)];
  return first === undefined ? [`account:${ownerKey}`] : [first, ...others];
}
