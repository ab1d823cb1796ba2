import type { Page } from 'playwright-core';

/** Signs in as one of the demo accounts, by the page of the provider that is built in, and goes to that place. */
export async function signIn(page: Page, account: string, place = '/overview'): Promise<void> {
  await page.goto(`/api/auth/login?return=${encodeURIComponent(place)}`);
  await typeAccount(page, account);
  await page.waitForURL((url) => url.pathname === new URL(place, page.url()).pathname);
}

/** Types name and password where the provider asks for them. */
export async function typeAccount(page: Page, account: string, password = 'test'): Promise<void> {
  await page.getByLabel('User name').fill(account);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
