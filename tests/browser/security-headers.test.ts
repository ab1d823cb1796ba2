import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { missing } from './chromium.ts';
import { signIn } from './sign-in.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  if (!missing) stage = await setStage();
});
afterAll(() => stage?.stop());
beforeEach(({ skip }) => {
  if (missing && process.env['CI'] !== 'true') skip(missing);
});

it.each([
  ['/api/auth/login', 'Sign in'],
  ['/overview', 'Overview'],
  ['/sessions', 'Sessions'],
  ['/api/docs', 'Publish a definition version'],
])('%s shows what it has under its strict policy, with no word of complaint', async (path, text) => {
  const browser = await stage.newBrowser();
  const page = await browser.newPage();
  const complaints: string[] = [];
  const outside: string[] = [];
  page.on('console', (message) => {
    // That nobody is logged in yet is an answer, no fault.
    const isLogin = /status of 401/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !isLogin) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(stage.url) && !/^(data|blob):/.test(url)) outside.push(url);
  });
  await page.addInitScript(
    // Whether it may compile its checks, zod finds out by trying: it may not, and goes without.
    `document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
       if (blockedURI !== 'eval') console.error('policy: ' + violatedDirective + ' ' + blockedURI);
     })`,
  );
  if (!path.startsWith('/api/')) await signIn(page, 'admin');
  const answer = await page.goto(path);
  await page.getByText(text).first().waitFor({ state: 'attached' });
  // Streams keep the network from ever being idle.
  await page.waitForTimeout(1_500);
  const policy = answer?.headers()['content-security-policy'] ?? '';
  expect(policy).toMatch(/default-src 'none'/);
  expect(/script-src ([^;]*)/.exec(policy)?.[1]).not.toMatch(/unsafe|\*|http|data:/);
  expect({ complaints, outside }).toEqual({ complaints: [], outside: [] });
  await browser.close();
});

it('a script that got into the page does not run', async () => {
  const browser = await stage.newBrowser();
  const page = await browser.newPage();
  await signIn(page, 'admin');
  const ran = await page.evaluate(`(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.body.append(script);
    const image = document.createElement('div');
    image.innerHTML = '<img src="x:" onerror="window.injected = true">';
    document.body.append(image);
    await new Promise((settle) => setTimeout(settle, 300));
    return 'injected' in window;
  })()`);
  expect(ran).toBe(false);
  await browser.close();
});
