import { isLoopbackHost } from '@lcm/control-plane-api/auth/login/loopback.ts';
import type { Config } from '../config.ts';

/**
 * Whether the accounts of the demo can sign in. Left to itself, only where nobody but this machine gets here: what
 * listens on loopback may still be reached from outside through a proxy, which then has an address of its own or is
 * told of.
 */
export function demoAccountsOn({
  demoAccounts,
  host,
  publicUrl,
  trustedProxies,
}: Pick<Config, 'demoAccounts' | 'host' | 'publicUrl' | 'trustedProxies'>): boolean {
  if (demoAccounts !== 'auto') return demoAccounts === 'on';
  if (trustedProxies.length > 0) return false;
  return isLoopbackHost(host) && (publicUrl === undefined || isLoopbackHost(new URL(publicUrl).hostname));
}
