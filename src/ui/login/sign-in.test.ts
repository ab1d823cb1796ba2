import { expect, it } from 'vitest';
import { signInError, signInUrl } from './sign-in.ts';

const at = (url: string) => new URL(url, 'http://localhost:8020');

it('leads back to the place in the address', () => {
  expect(signInUrl(at('/sessions/s-1?tab=now#log'))).toBe(
    '/api/auth/login?return=%2Fsessions%2Fs-1%3Ftab%3Dnow%23log',
  );
});

it('leads, after a try that failed, to where that try was to lead', () => {
  const address = at('/?auth_error=login_expired&return=%2Fworkers%3Fq%3Da');
  expect(signInUrl(address)).toBe('/api/auth/login?return=%2Fworkers%3Fq%3Da');
  expect(signInError(address)).toBe('login_expired');
});

it('says nothing of an error that it does not know', () => {
  expect(signInError(at('/?auth_error=%3Cscript%3E'))).toBeUndefined();
  expect(signInError(at('/'))).toBeUndefined();
});
