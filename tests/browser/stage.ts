import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Api, apiAs } from '@lcm/cli/api.ts';
import { startEmbedded } from '@lcm/cli/compose/embedded.ts';
import { readConfig } from '@lcm/cli/config.ts';
import { DEMO_ADMIN } from '@lcm/cli/credentials/log-in.ts';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { CHROMIUM } from './chromium.ts';

/** A running system of its own, a browser, and the API beside them. */
export interface Stage {
  url: string;
  api: Api;
  /** A browser of one's own: its tabs share what tabs share. */
  newBrowser(): Promise<BrowserContext>;
  stop(): Promise<void>;
}

/** Starts the embedded system with short waits, on any free port, and a Chromium. */
export async function setStage(): Promise<Stage> {
  const built = fileURLToPath(new URL('../../build/ui/index.html', import.meta.url));
  if (!existsSync(built)) throw new Error('the page has not been built: npm run build:ui');
  const folder = mkdtempSync(join(tmpdir(), 'lcm-browser-'));
  const system = await startEmbedded(
    readConfig({
      LCM_PORT: '0',
      LCM_DATA_DIR: folder,
      LCM_WORKER_LEAD_SECONDS: '5',
      LCM_LAB_LEAD_SECONDS: '5',
      LCM_TEARDOWN_SECONDS: '10',
    }),
  );
  const browser = await chromium
    .launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] })
    .catch(async (cause: unknown) => {
      await system.stop();
      throw new Error(`the browser at ${CHROMIUM} did not start`, { cause });
    });
  return {
    url: system.url,
    api: apiAs(system.url, DEMO_ADMIN),
    newBrowser: () => newContext(browser, system.url),
    stop: async () => {
      await browser.close();
      await system.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function newContext(browser: Browser, baseURL: string): Promise<BrowserContext> {
  return browser.newContext({ baseURL, viewport: { width: 1_440, height: 900 } });
}
