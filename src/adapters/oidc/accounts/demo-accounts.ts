import type { LocalAccount } from '@lcm/core/spi/local-accounts.ts';

/** The password of every account of the demo. */
export const DEMO_PASSWORD = 'test';

/** Who is there to try the product with: one of each role. */
export const DEMO_ACCOUNTS: readonly LocalAccount[] = [
  demo('admin', 'admin', 'Ada', 'operations'),
  demo('manager', 'manager', 'Max', 'training'),
  demo('author', 'lab-author', 'Ann', 'content'),
  demo('user', 'user', 'Ulf', 'training'),
  demo('candidate', 'candidate', 'Cleo', undefined),
];

function demo(
  username: string,
  role: LocalAccount['roles'][number],
  givenName: string,
  department: string | undefined,
): LocalAccount {
  return {
    subject: `demo-${username}`,
    username,
    roles: [role],
    ...(department ? { department } : {}),
    groups: department ? [department] : [],
    email: `${username}@example.com`,
    givenName,
    familyName: 'Demo',
    disabled: false,
    demo: true,
  };
}
