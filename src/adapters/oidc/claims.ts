import type { LocalAccount } from '@lcm/core/spi/local-accounts.ts';

/** What access tokens say of an account, besides what every token says. */
export function accessClaims(account: LocalAccount): Record<string, unknown> {
  const { subject, username, roles, department, groups, email } = account;
  return {
    username,
    user_id: subject,
    roles,
    ...(department ? { department } : {}),
    groups,
    // Admins write it down, and nobody else: that is what makes it the account's.
    ...(email ? { email, email_verified: true } : {}),
  };
}

/** What ID tokens say of an account. */
export function idClaims(account: LocalAccount): { sub: string; [claim: string]: unknown } {
  const { subject, username, givenName, familyName } = account;
  const name = [givenName, familyName].filter(Boolean).join(' ');
  return {
    sub: subject,
    ...accessClaims(account),
    preferred_username: username,
    ...(givenName ? { given_name: givenName } : {}),
    ...(familyName ? { family_name: familyName } : {}),
    ...(name ? { name } : {}),
  };
}

/** Which scope brings which claims: who somebody is comes with every sign-in, as the system cannot do without. */
export const CLAIMS = {
  openid: ['sub', 'username', 'user_id', 'roles', 'department', 'groups'],
  profile: ['preferred_username', 'name', 'given_name', 'family_name'],
  email: ['email', 'email_verified'],
  roles: ['roles'],
} as const;
