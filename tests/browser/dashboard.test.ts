import type { BrowserContext, Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { missing } from './chromium.ts';
import { signIn } from './sign-in.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
let browser: BrowserContext;
let failures: string[];

beforeAll(async () => {
  if (!missing) stage = await setStage();
});
afterAll(() => stage?.stop());

beforeEach(async (test) => {
  test.skip(missing !== undefined, missing);
  browser = await stage.newBrowser();
  const page = await browser.newPage();
  await signIn(page, 'admin');
  await page.close();
  failures = [];
  browser.on('weberror', (error) => failures.push(error.error().message));
});
afterEach(async () => {
  await browser?.close();
  expect(failures).toEqual([]);
});

/** Books a session that starts in so many hours. */
async function bookIn(hours: number, externalId: string) {
  const serverTime = Date.parse((await stage.api.system.status()).now);
  return stage.api.sessions.book({
    body: {
      definition: { name: 'static-routing-basics' },
      start: new Date(serverTime + hours * 3_600_000).toISOString(),
      durationSeconds: 1_800,
      owner: { externalId },
    },
  });
}

const rows = (page: Page) => page.locator('[role=row][aria-rowindex]:not([aria-rowindex="1"])');

describe('the dashboard', () => {
  it('takes a session from booking to its score, live', async () => {
    const page = await browser.newPage();
    await page.goto('/book');
    const definition = page.getByLabel('Definition');
    await definition.locator('option', { hasText: 'static-routing' }).waitFor({ state: 'attached' });
    await definition.selectOption('static-routing-basics@1.0.0');
    await page.getByLabel('Minutes').fill('15');
    await page.getByLabel('Candidate id').fill('c-1');
    await page.getByLabel('Given name').fill('Ann');
    await page.getByText('Cost', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^Book/ }).click();

    const now = page.locator('[aria-current=step]');
    await now.filter({ hasText: 'READY' }).waitFor({ timeout: 60_000 });
    const [candidate] = await Promise.all([
      browser.waitForEvent('page'),
      page.getByRole('link', { name: 'Open as the candidate' }).click(),
    ]);
    await candidate.getByRole('button', { name: 'Start' }).click();
    await now.filter({ hasText: 'RUNNING' }).waitFor({ timeout: 30_000 });
    await candidate.getByRole('link', { name: 'Finish' }).click();
    await candidate.getByRole('button', { name: /hand in/ }).click();
    await now.filter({ hasText: 'ARCHIVED' }).waitFor({ timeout: 60_000 });

    await page.getByRole('tab', { name: 'Score' }).click();
    await page
      .getByText(/0 of \d+ points/)
      .first()
      .waitFor();
    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByText('session.archived').waitFor();
  });

  it('keeps rows where they are under the pointer, and says how many changes wait', async () => {
    await bookIn(5, 'first');
    const page = await browser.newPage();
    await page.goto('/sessions?state=PENDING,SCHEDULED&sort=timeslot');
    await rows(page).first().waitFor();
    const before = await rows(page).count();
    await page.getByRole('grid').hover();
    const earlier = await bookIn(4, 'earlier');
    const waiting = page.getByRole('button', { name: /order change/ });
    await waiting.waitFor();
    expect(await rows(page).count()).toBe(before);
    await page.keyboard.press('r');
    await page.locator(`a[title="${earlier.id}"]`).waitFor();
    expect(await rows(page).count()).toBe(before + 1);
    expect(await rows(page).first().textContent()).toContain('earlier');
    expect(await waiting.count()).toBe(0);
  });

  it('follows the data while nobody touches the table', async () => {
    const page = await browser.newPage();
    await page.goto('/sessions?sort=timeslot');
    const booked = await bookIn(3, 'nobody');
    await page.locator(`a[title="${booked.id}"]`).waitFor();
    await stage.api.sessions.cancel({ params: { id: booked.id }, body: {} });
    await rows(page).filter({ hasText: 'nobody' }).filter({ hasText: 'TERMINATED' }).waitFor();
  });

  it('has its place in the address: reload and back show the same', async () => {
    const booked = await bookIn(6, 'placed');
    const page = await browser.newPage();
    await page.goto('/sessions');
    await page.locator(`a[title="${booked.id}"]`).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('placed');
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    const peek = page.getByRole('complementary', { name: booked.id });
    await peek.waitFor();
    await page.reload();
    await peek.waitFor();
    expect(await page.getByLabel('Filter').inputValue()).toBe('placed');
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/sessions/${booked.id}`);
    await page.goBack();
    await peek.waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => peek.count()).toBe(0);
  });

  it('reads one stream for all tabs, and goes on where it was when the tab that read it closes', async () => {
    const streams: Request[] = [];
    browser.on('request', (request) => {
      if (request.url().includes('/api/events/stream')) streams.push(request);
    });
    const one = await browser.newPage();
    await one.goto('/sessions');
    await rows(one).first().waitFor();
    const two = await browser.newPage();
    await two.goto('/sessions');
    await rows(two).first().waitFor();
    expect(streams).toHaveLength(1);
    await one.close();
    await expect.poll(() => streams.length).toBe(2);
    expect(await streams[1]?.headerValue('last-event-id')).toMatch(/^\w+\.\d+$/);
    const booked = await bookIn(7, 'later');
    await two.locator(`a[title="${booked.id}"]`).waitFor();
  });
});
