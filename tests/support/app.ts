import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type BrowserContextOptions, test as base, request } from '@playwright/test';
import { embeddedUrl } from '../../scripts/runtime/database';
import { authorization } from '../../scripts/runtime/token';
import { importFile } from '../../src/server/candles/import/import-file';
import { newDataDir, start } from './start';

const SP500 = 'node_modules/vega-datasets/data/sp500-2000.csv';

type SignedIn = Exclude<BrowserContextOptions['storageState'], string>;
type App = {
  /** Where the web app is. */
  url: string;
  /** Its database, as the web app connects to it. */
  databaseUrl: string;
  dataDir: string;
  /** What a program sends to be let in. */
  headers: { authorization: string };
  /** What a browser keeps that has opened the printed address. */
  signedIn: SignedIn;
};

async function signIn(link: string): Promise<SignedIn> {
  const browser = await request.newContext();
  const page = await browser.get(link);
  if (!page.ok()) throw new Error(`${link} answered ${page.status()}.`);
  const state = await browser.storageState();
  await browser.dispose();
  return state;
}

/** The whole app on data of its own, with the sample; `stop` ends it and removes them. */
async function startApp(): Promise<App & { stop: () => Promise<void> }> {
  const dataDir = await newDataDir();
  const app = await start({ DATA_DIR: dataDir });
  for (const stream of [app.process.stdout, app.process.stderr]) stream?.pipe(process.stdout);
  const stop = async () => {
    app.process.kill('SIGTERM');
    await app.ended;
    await rm(dirname(dataDir), { recursive: true });
  };
  try {
    const { web: url, link, ml } = await app.ready;
    if (!ml.startsWith('http')) throw new Error(`The ML service: ${ml}`);
    const databaseUrl = await embeddedUrl(dataDir);
    if (!databaseUrl) throw new Error('There is no built-in database.');
    // Each test finds the list of charts, also one that runs first or alone.
    await importFile({ url: databaseUrl, path: SP500, chartName: 'S&P 500' });
    const headers = await authorization(dataDir);
    return { url, databaseUrl, dataDir, headers, signedIn: await signIn(link), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Playwright's test, with an app that the tests of one worker share, and browsers that are signed in to it. */
export const test = base.extend<object, { app: App }>({
  storageState: ({ app }, use) => use(app.signedIn),
  // A log is often all that is left of a failure: it says what the page showed, and what went wrong behind it.
  page: async ({ page }, use, testInfo) => {
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(`error: ${error.stack ?? error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
    });
    page.on('requestfailed', (sent) =>
      troubles.push(`${sent.failure()?.errorText}: ${sent.url()}`),
    );
    page.on('response', (answer) => {
      if (answer.status() >= 400) troubles.push(`${answer.status()}: ${answer.url()}`);
    });
    await use(page);
    if (testInfo.status === testInfo.expectedStatus || page.isClosed()) return;
    const shown = await page.locator('body').innerText({ timeout: 5_000 }).catch(String);
    console.log(
      [
        `${testInfo.title}: ${page.url()} showed`,
        shown.slice(0, 3_000),
        'and before that',
        ...troubles.slice(-20),
      ].join('\n'),
    );
  },
  app: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads its dependencies from here.
    async ({}, use) => {
      const { stop, ...app } = await startApp();
      await use(app);
      await stop();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
});

// biome-ignore lint/performance/noBarrelFile: a Playwright fixture file hands on what tests use with it.
export { expect, type Locator, type Page } from '@playwright/test';
