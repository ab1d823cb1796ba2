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

/** Fields of states that hold a user name. */
const USERNAMES = /\/(by|bookedBy|createdBy|updatedBy|assignee|author|owner)$/;

/** Whose the personal fields of an entry are: the actor's, and those of whom the change speaks of. */
export function personalIn(entry: AuditEntry, candidate?: AuditFacts['candidate']): Personal[] {
  const { actor, differences = [] } = entry;
  const found = [...ofActor(entry), ...ofImpersonator(actor), ...ofAccount(entry)];
  const ofCandidate: string[] = [];
  for (const [place, { field, from, to }] of differences.entries()) {
    const values = [...(from === undefined ? [] : ['from']), ...(to === undefined ? [] : ['to'])];
    const pointers = values.map((value) => `/differences/${place}/${value}`);
    if (/^\/candidate(\/|$)/.test(field)) ofCandidate.push(...pointers);
    else if (USERNAMES.test(field))
      for (const [index, value] of [from, to].filter((one) => one !== undefined).entries()) {
        const pointer = pointers[index];
        if (typeof value !== 'string' || pointer === undefined) continue;
        const own = value === actor.username ? found[0] : undefined;
        if (own) own.fields.push(pointer);
        else found.push({ names: [usernameName(value)], fields: [pointer] });
      }
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

/** Accounts go by their user names. */
const ofAccount = ({ resource }: AuditEntry): Personal[] =>
  resource?.kind === 'account' ? [{ names: [usernameName(resource.id)], fields: ['/resource/id'] }] : [];

const namesOf = (account: Account): Personal['names'] => [
  accountName(account),
  `subject:${account.subject}`,
  ...(account.username ? [usernameName(account.username)] : []),
];

const usernameName = (username: string) => `username:${username.toLowerCase()}`;

function candidateNames(candidate: AuditFacts['candidate']): Personal['names'] {
  const { externalId, email, ownerKey = '' } = candidate ?? {};
  const external = externalId ? [`external:${externalId}`] : [];
  const [first, ...others] = [...external, ...(email ? [`email:${email.toLowerCase()}`] : [])];
  return first === undefined ? [`account:${ownerKey}`] : [first, ...others];
}
