import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from './support/app';

test('a browser comes in by the printed address, once, and stays in', async ({ browser, app }) => {
  const context = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  const page = await context.newPage();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(app.url);
    await expect(page.getByRole('heading')).toHaveText('This browser is not signed in');
    await expect(page.getByRole('main')).toContainText('npm start -- --url');
    await page.screenshot({ path: resolve(`test-results/screenshots/sign-in-${colorScheme}.png`) });
  }

  const env = { ...process.env, DATA_DIR: app.dataDir, DATABASE_URL: '' };
  const start = ['--import', 'tsx', 'scripts/start.ts', '--url'];
  const address = String(execFileSync(process.execPath, start, { env })).trim();
  const referers: (string | undefined)[] = [];
  page.on('request', (request) => referers.push(request.headers().referer));
  await page.goto(address);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Charts');
  expect(page.url()).not.toContain('token');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Charts');
  expect(await page.evaluate(() => document.cookie)).not.toContain('candle-annotator');
  expect(referers.join()).not.toContain('token');

  const other = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  const late = await other.newPage();
  await late.goto(address);
  await expect(late.getByRole('alert')).toContainText('has been used already');
  await other.close();
  await context.close();
});

test('a link on another site opens the chart all the same', async ({ page, app }) => {
  await page.route('http://elsewhere.example/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<a href="${app.url}">chart</a>` }),
  );
  await page.goto('http://elsewhere.example/');
  await page.getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Charts');
});
