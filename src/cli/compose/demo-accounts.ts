import type { Config } from '../config.ts';

/**
 * Whether the accounts of the demo can sign in. Left to itself, only where nobody but this machine gets here: what
 * listens on loopback may still be reached from outside through a proxy, which then has an address of its own.
 */
export function demoAccountsOn({
  demoAccounts,
  host,
  publicUrl,
}: Pick<Config, 'demoAccounts' | 'host' | 'publicUrl'>): boolean {
  if (demoAccounts !== 'auto') return demoAccounts === 'on';
  return isLoopback(host) && (publicUrl === undefined || isLoopback(new URL(publicUrl).hostname));
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
