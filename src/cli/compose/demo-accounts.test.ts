import { describe, expect, it } from 'vitest';
import { demoAccountsOn } from './demo-accounts.ts';

describe('demo accounts', () => {
  const left = { demoAccounts: 'auto', publicUrl: undefined, trustedProxies: [] as string[] } as const;

  it('are on where nobody but this machine gets to the system', () => {
    for (const host of ['127.0.0.1', '127.9.9.9', 'localhost', '::1'])
      expect(demoAccountsOn({ ...left, host }), host).toBe(true);
    expect(demoAccountsOn({ ...left, host: '127.0.0.1', publicUrl: 'http://localhost:9000' })).toBe(true);
  });

  it('are off where others may, a proxy in front included', () => {
    for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.example.com', 'localhost.example.com'])
      expect(demoAccountsOn({ ...left, host }), host).toBe(false);
    expect(demoAccountsOn({ ...left, host: '127.0.0.1', publicUrl: 'https://lcm.example.com' })).toBe(false);
    const trustedProxies = ['127.0.0.1'];
    expect(demoAccountsOn({ ...left, host: '127.0.0.1', trustedProxies })).toBe(false);
  });

  it('are as somebody says who says it', () => {
    expect(demoAccountsOn({ ...left, host: '0.0.0.0', demoAccounts: 'on' })).toBe(true);
    expect(demoAccountsOn({ ...left, host: '127.0.0.1', demoAccounts: 'off' })).toBe(false);
  });
});
