import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { request } from '@playwright/test';
import { embeddedUrl } from '../../scripts/runtime/database';
import { importFile } from '../../src/server/candles/import/import-file';
import { newDataDir, start } from './start';

const SP500 = 'node_modules/vega-datasets/data/sp500-2000.csv';

/** What a browser keeps that has opened the address, as JSON. */
async function signIn(link: string): Promise<string> {
  const browser = await request.newContext();
  const page = await browser.get(link);
  if (!page.ok()) throw new Error(`${link} answered ${page.status()}.`);
  const state = JSON.stringify(await browser.storageState());
  await browser.dispose();
  return state;
}

/** Playwright's global set-up: the whole app on data of its own, stopped after the tests. */
export default async function startApp(): Promise<() => Promise<void>> {
  const dataDir = await newDataDir();
  const app = await start({ DATA_DIR: dataDir });
  for (const stream of [app.process.stdout, app.process.stderr]) stream?.pipe(process.stdout);
  const stop = async () => {
    app.process.kill('SIGTERM');
    await app.ended;
    await rm(dirname(dataDir), { recursive: true });
  };
  try {
    const { web, link, ml } = await app.ready;
    if (!ml.startsWith('http')) throw new Error(`The ML service: ${ml}`);
    process.env.APP_URL = web;
    process.env.APP_SESSION = await signIn(link);
    process.env.APP_DATA_DIR = dataDir;
    const url = await embeddedUrl(dataDir);
    if (!url) throw new Error('There is no built-in database.');
    process.env.APP_DATABASE_URL = url;
    // Each test finds the list of charts, also one that runs first or alone.
    await importFile({ url, path: SP500, chartName: 'S&P 500' });
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
