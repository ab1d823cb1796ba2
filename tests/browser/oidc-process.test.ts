import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiAt } from '@lcm/cli/api.ts';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { endSimulator, freePort, killLcm, type LcmProcess, startSystem } from '../e2e/process.fixture.ts';
import { CHROMIUM, missing } from './chromium.ts';
import { Keycloak, missingKeycloak, SECRETS } from './keycloak.ts';

const PASSWORD = 'correct horse battery';
const cannot = missing ?? missingKeycloak;

let keycloak: Keycloak;
let folder: string;
let url: string;
let lcm: LcmProcess;
let chrome: Browser;
let browser: BrowserContext;
let page: Page;

beforeAll(async () => {
  if (cannot) return;
  folder = mkdtempSync(join(tmpdir(), 'lcm-oidc-'));
  const port = await freePort();
  url = `http://localhost:${port}`;
  keycloak = await Keycloak.start(url);
  await keycloak.addUser('ann', PASSWORD, 'Managers', 'training');
  await keycloak.addUser('root', PASSWORD, 'Admins', 'operations');
  lcm = await startSystem({
    LCM_DATA_DIR: folder,
    LCM_PORT: String(port),
    LCM_LOGIN: 'oidc',
    LCM_OIDC_ISSUER: keycloak.issuer,
    LCM_OIDC_CLIENT_ID: 'lcm-page',
    LCM_OIDC_CLIENT_SECRET: SECRETS.LCM_OIDC_CLIENT_SECRET,
  });
  chrome = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
}, 300_000);
afterAll(async () => {
  await chrome?.close();
  if (lcm) await killLcm(lcm);
  if (folder) await endSimulator(folder);
  await keycloak?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
}, 60_000);

beforeEach(async (test) => {
  test.skip(cannot !== undefined, cannot);
  browser = await chrome.newContext({ baseURL: url, viewport: { width: 1_440, height: 900 } });
  page = await browser.newPage();
});
afterEach(() => browser?.close());

async function signIn(username: string): Promise<void> {
  await page.goto('/api/auth/login?return=/sessions');
  await typePassword(username);
}

async function typePassword(username: string): Promise<void> {
  const name = page.locator('#username');
  // Whom Keycloak still knows types the password alone.
  if (await name.isVisible()) await name.fill(username);
  await page.locator('#password').fill(PASSWORD);
  await page.locator('#kc-login').click();
  await page.waitForURL(`${url}/sessions`);
}

const who = async () => {
  const answer = await page.request.get('/api/auth/user');
  return answer.ok() ? answer.json() : answer.status();
};

describe('lcm up, with Keycloak in place of the provider that is built in', () => {
  it('lets somebody sign in by a browser', async () => {
    await signIn('ann');
    expect(await who()).toMatchObject({
      username: 'ann',
      roles: ['manager'],
      department: 'training',
      issuer: keycloak.issuer,
    });
    await page.getByRole('button', { name: 'Account of ann' }).waitFor();
  });

  it('takes the token of a service account of Keycloak’s, for what that may', async () => {
    const token = await keycloak.tokenOf('booking-system', SECRETS.LCM_BOOKING_SYSTEM_SECRET);
    const api = apiAt(url, token);
    expect((await api.sessions.list({})).items).toEqual([]);
    await expect(api.settings.change({ body: { labLeadSeconds: 1 } })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('has no passwords and no accounts: it says where to ask', async () => {
    const answer = await fetch(`${url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'ann', password: PASSWORD }),
    });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ facts: { issuer: keycloak.issuer } });
  });

  it('asks for the password again after a logout that Keycloak has not heard of', async () => {
    await signIn('ann');
    const { csrfToken } = await (await page.request.get('/api/auth/session')).json();
    const out = await page.request.post('/api/auth/logout', {
      headers: { 'x-csrf-token': csrfToken, origin: url, 'sec-fetch-site': 'same-origin' },
    });
    expect(out.ok()).toBe(true);
    await page.goto('/api/auth/login?return=/sessions');
    await page.locator('#password').waitFor();
    expect(await who()).toBe(401);
    await typePassword('ann');
    expect(await who()).toMatchObject({ username: 'ann' });
  });

  it('audits what an admin of Keycloak does as somebody else under both names', async () => {
    await keycloak.impersonate(browser, 'ann');
    await page.goto('/api/auth/login?return=/sessions');
    await page.waitForURL(`${url}/sessions`);
    expect(await who()).toMatchObject({ username: 'ann', impersonator: { username: 'root' } });
    const { csrfToken } = await (await page.request.get('/api/auth/session')).json();
    const refused = await page.request.patch('/api/v1/settings', {
      data: { labLeadSeconds: 1 },
      headers: { 'x-csrf-token': csrfToken, origin: url, 'sec-fetch-site': 'same-origin' },
    });
    expect(refused.status()).toBe(403);
    await browser.clearCookies();
    await signIn('root');
    const audit = await page.request.get('/api/v1/audit?operation=settings.change&who=ann');
    expect((await audit.json()).items).toMatchObject([
      { outcome: 'refused', actor: { username: 'ann', impersonator: { username: 'root' } } },
    ]);
  });
});
