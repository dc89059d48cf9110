import { test as base } from '@playwright/test';
import { authorization } from '../../scripts/runtime/token';

type App = {
  /** Where the web app is. */
  url: string;
  /** Its database, as the web app connects to it. */
  databaseUrl: string;
  dataDir: string;
  /** What a program sends to be let in. */
  headers: { authorization: string };
};

/** Playwright's test, with the app that all browser tests share, and browsers that are signed in to it. */
export const test = base.extend<object, { app: App }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads its dependencies from here.
  storageState: async ({}, use) => {
    await use(JSON.parse(process.env.APP_SESSION ?? 'null'));
  },
  app: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads its dependencies from here.
    async ({}, use) => {
      const { APP_URL: url, APP_DATABASE_URL: databaseUrl, APP_DATA_DIR: dataDir } = process.env;
      if (!url || !databaseUrl || !dataDir) throw new Error('The app was not started.');
      await use({ url, databaseUrl, dataDir, headers: await authorization(dataDir) });
    },
    { scope: 'worker' },
  ],
});

// biome-ignore lint/performance/noBarrelFile: a Playwright fixture file hands on what tests use with it.
export { expect, type Locator, type Page } from '@playwright/test';
