import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { missing } from './chromium.ts';
import { signIn, typeAccount } from './sign-in.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
let browser: BrowserContext;
let page: Page;

beforeAll(async () => {
  if (!missing) stage = await setStage();
});
afterAll(() => stage?.stop());

beforeEach(async (test) => {
  test.skip(missing !== undefined, missing);
  browser = await stage.newBrowser();
  page = await browser.newPage();
});
afterEach(() => browser?.close());

const signInLink = (on: Page) => on.getByRole('link', { name: 'Sign in' });
const accountMenu = (on: Page) => on.getByRole('button', { name: /^Account of/ });

/** Settings as the admin sets them, and back again. */
async function withLogin(login: object, during: () => Promise<void>) {
  await stage.api.settings.change({
    body: { login: { idleSeconds: 1_800, absoluteSeconds: 36_000, warningSeconds: 300, ...login } },
  });
  try {
    await during();
  } finally {
    await stage.api.settings.change({
      body: { login: { idleSeconds: 1_800, absoluteSeconds: 36_000, warningSeconds: 300 } },
    });
  }
}

describe('signing in', () => {
  it('leads from any place to the provider and back to that place', async () => {
    await page.goto('/workers?q=eu');
    await signInLink(page).click();
    await typeAccount(page, 'manager');
    await page.waitForURL('**/workers?q=eu');
    await accountMenu(page).click();
    await page.getByText(/^manager · .*manager$/).waitFor();
  });

  it('says that name and password do not match, and lets one try again', async () => {
    await page.goto('/');
    await signInLink(page).click();
    await typeAccount(page, 'user', 'wrong');
    await page.getByRole('alert').waitFor();
    await typeAccount(page, 'user');
    await page.waitForURL('**/overview');
  });

  it('gives a cookie that scripts do not see, and no token to see', async () => {
    await signIn(page, 'admin');
    await accountMenu(page).waitFor();
    expect(await page.evaluate('document.cookie')).toBe('');
    const [cookie] = (await browser.cookies()).filter(({ name }) => name === 'lcm');
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
    const seen = await page.evaluate(
      'JSON.stringify([{...localStorage}, {...sessionStorage}, document.documentElement.outerHTML])',
    );
    expect(seen).not.toMatch(/eyJ[\w-]+\.eyJ/);
  });

  it('breaks no rule of the content security policy', async () => {
    const errors: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' && !/401/.test(message.text())) errors.push(message.text());
    });
    await page.goto('/sessions');
    await signInLink(page).click();
    await typeAccount(page, 'admin');
    await accountMenu(page).waitFor();
    await accountMenu(page).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await signInLink(page).waitFor();
    expect(errors).toEqual([]);
  });
});

describe('one who is signed in', () => {
  beforeEach(() => signIn(page, 'manager', '/book'));

  it('changes things: requests carry the token that keeps others from forging them', async () => {
    const status = await page.evaluate(
      `fetch('/api/auth/extend-session', { method: 'POST' }).then((answer) => answer.status)`,
    );
    expect(status).toBe(403);
    await accountMenu(page).waitFor();
    const [extended] = await Promise.all([
      page.waitForResponse('**/api/auth/extend-session'),
      page.keyboard.press('Shift'),
    ]);
    expect(extended.status()).toBe(200);
  });

  it('stays so in another tab, and in none after signing out in one', async () => {
    const other = await browser.newPage();
    await other.goto('/sessions');
    await accountMenu(other).waitFor();
    await accountMenu(page).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await signInLink(page).waitFor();
    await signInLink(other).waitFor({ timeout: 20_000 });
    // The provider has forgotten the login too: it asks again.
    await signInLink(page).click();
    await page.getByLabel('Password').waitFor();
  });

  it('is asked to sign in again when an admin ends the login, and is back at the same place', async () => {
    const { items } = await stage.api.auth.logins({ query: { of: 'everybody' } });
    for (const { id, username } of items)
      if (username === 'manager') await stage.api.auth.endLogin({ params: { id } });
    await signInLink(page).waitFor({ timeout: 20_000 });
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await signInLink(page).click();
    await page.waitForURL('**/book');
    await accountMenu(page).waitFor();
  });
});

describe('one who is idle', () => {
  it('is warned, and stays by saying so', () =>
    withLogin({ idleSeconds: 60, warningSeconds: 55 }, async () => {
      await signIn(page, 'manager');
      const warning = page.getByRole('dialog', { name: 'Are you still there?' });
      await warning.waitFor({ timeout: 20_000 });
      await warning
        .getByRole('timer')
        .filter({ hasText: /in 0:5\d/ })
        .waitFor();
      await warning.getByRole('button', { name: 'Stay signed in' }).click();
      await warning.waitFor({ state: 'hidden' });
      await accountMenu(page).waitFor();
    }));
});
