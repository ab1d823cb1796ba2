import { scryptSync } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../clock/system-clock.ts';
import { MemoryExpiringStore } from '../../memory/memory-expiring-store.ts';
import { systemRandom } from '../../random/system-random.ts';
import { EmbeddedAccounts } from './embedded-accounts.ts';

const PASSWORD = 'correct horse battery';
const ADA = { username: 'ada', roles: ['manager' as const], groups: ['ops'], department: 'operations' };

let store: MemoryExpiringStore;
let accounts: EmbeddedAccounts;
beforeEach(() => {
  store = new MemoryExpiringStore(systemClock);
  accounts = opened(false);
});

describe('accounts kept here', () => {
  it('sign in with their password, whatever the case of the name', async () => {
    const added = await accounts.add(ADA, PASSWORD);
    expect(added).toMatchObject({ ...ADA, disabled: false, demo: false });
    expect(await accounts.withPassword(' Ada ', PASSWORD)).toEqual(added);
    expect(await accounts.withPassword('ada', `${PASSWORD}!`)).toBeUndefined();
    expect(await accounts.withPassword('adam', PASSWORD)).toBeUndefined();
  });

  it('are kept without their password', async () => {
    await accounts.add(ADA, PASSWORD);
    const kept = JSON.stringify(await store.get('account', 'ada'));
    expect(kept).not.toContain(PASSWORD);
    expect(kept).toContain('$scrypt$ln=15,r=8,p=3$');
  });

  it('have names of their own', async () => {
    await accounts.add(ADA, PASSWORD);
    await expect(accounts.add({ ...ADA, username: 'ADA' }, PASSWORD)).rejects.toMatchObject({
      code: 'conflict',
    });
    for (const username of ['', ' ', 'a b', '../x', 'ä'])
      await expect(accounts.add({ ...ADA, username }, PASSWORD)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('refuse passwords that are easy to guess, without repeating them', async () => {
    for (const password of ['short', 'aaaaaaaaaaaaaaaa', 'my name is ada!!', 'x'.repeat(257)]) {
      const refused = accounts.add(ADA, password);
      await expect(refused).rejects.toMatchObject({ code: 'rule' });
      await expect(refused).rejects.not.toThrow(password);
    }
  });

  it('take an accented letter however it was typed', async () => {
    await accounts.add(ADA, 'caf\u00e9 am Rhein 42');
    expect(await accounts.withPassword('ada', 'cafe\u0301 am Rhein 42')).toBeDefined();
  });

  it('cannot sign in while they are disabled, and tell whom it ends', async () => {
    const { subject } = await accounts.add(ADA, PASSWORD);
    const ended: string[] = [];
    accounts.onRevoked(async (whose) => void ended.push(whose));
    await accounts.change('ada', { disabled: true });
    expect(await accounts.withPassword('ada', PASSWORD)).toBeUndefined();
    expect(await accounts.active(subject)).toBeUndefined();
    await accounts.change('ada', { disabled: false });
    expect(await accounts.withPassword('ada', PASSWORD)).toBeDefined();
    await accounts.change('ada', { department: 'training' });
    await accounts.setPassword('ada', 'another horse entirely');
    await accounts.change('ada', { email: 'ada@example.com' });
    expect(ended).toEqual([subject, subject, subject, subject]);
    expect(await accounts.withPassword('ada', PASSWORD)).toBeUndefined();
  });

  it('cannot sign in by what holds no more when the password has been looked at', async () => {
    await accounts.add(ADA, PASSWORD);
    const [before, disabled] = [accounts.withPassword('ada', PASSWORD), { disabled: true }];
    await accounts.change('ada', disabled);
    expect(await before).toBeUndefined();
    await accounts.change('ada', { disabled: false });
    const meanwhile = accounts.withPassword('ada', PASSWORD);
    const kept = await store.get<object>('account', 'ada');
    await store.put('account', 'ada', { ...kept?.value, password: 'another by now' });
    expect(await meanwhile).toBeUndefined();
  });

  it('have their password hashed anew where it was made with weaker parameters', async () => {
    const account = await accounts.add(ADA, PASSWORD);
    const salt = Buffer.from('a salt of this test');
    const hash = scryptSync(PASSWORD, salt, 32, { N: 2 ** 10, r: 8, p: 1 });
    const [saltText, hashText] = [salt, hash].map((bytes) => bytes.toString('base64').replace(/=+$/, ''));
    const password = `$scrypt$ln=10,r=8,p=1$${saltText}$${hashText}`;
    await store.put('account', 'ada', { account, password });
    expect(await accounts.withPassword('ada', 'another one')).toBeUndefined();
    expect(JSON.stringify(await store.get('account', 'ada'))).toContain('ln=10');
    expect(await accounts.withPassword('ada', PASSWORD)).toEqual(account);
    expect(JSON.stringify(await store.get('account', 'ada'))).toContain('ln=15,r=8,p=3');
    expect(await accounts.withPassword('ada', PASSWORD)).toEqual(account);
  });
});

describe('accounts of the demo', () => {
  it('are there only where they were asked for', async () => {
    expect(await accounts.list()).toEqual([]);
    expect(await accounts.withPassword('admin', 'test')).toBeUndefined();
    const demo = opened(true);
    expect((await demo.list()).map(({ username, roles }) => [username, ...roles])).toEqual([
      ['admin', 'admin'],
      ['author', 'lab-author'],
      ['candidate', 'candidate'],
      ['manager', 'manager'],
      ['user', 'user'],
    ]);
    expect(await demo.withPassword('author', 'test')).toMatchObject({
      roles: ['lab-author'],
      department: 'content',
    });
  });

  it('give way to an account of the same name', async () => {
    const demo = opened(true);
    const ended: string[] = [];
    demo.onRevoked(async (whose) => void ended.push(whose));
    await demo.add({ ...ADA, username: 'admin' }, PASSWORD);
    expect(ended).toEqual(['demo-admin']);
    expect(await demo.withPassword('admin', 'test')).toBeUndefined();
    expect(await demo.active('demo-admin')).toBeUndefined();
    expect((await demo.list()).filter(({ username }) => username === 'admin')).toHaveLength(1);
  });

  it('leave nothing behind that goes on where they are off', async () => {
    const ended: string[] = [];
    const switched = (demo: boolean) => {
      const accounts = opened(demo);
      accounts.onRevoked(async (whose) => void ended.push(whose));
      return accounts;
    };
    await switched(true).endDemoUnlessOn();
    expect(ended).toEqual([]);
    await switched(false).endDemoUnlessOn();
    expect(ended).toEqual(['demo-admin', 'demo-manager', 'demo-author', 'demo-user', 'demo-candidate']);
  });

  it('cannot be changed', async () => {
    await expect(opened(true).setPassword('admin', PASSWORD)).rejects.toMatchObject({ code: 'conflict' });
    await expect(opened(false).setPassword('admin', PASSWORD)).rejects.toMatchObject({ code: 'notFound' });
  });
});

const opened = (demo: boolean) => new EmbeddedAccounts({ store, random: systemRandom, demo });
