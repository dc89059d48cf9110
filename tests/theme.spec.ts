import type { Page } from '@playwright/test';
import { expect, test } from './support/app';
import { openChart } from './support/chart';

const LIGHT = 'rgb(255, 255, 255)';
const DARK = 'rgb(13, 17, 23)';
const backgroundOf = (page: Page) =>
  page.evaluate(() => getComputedStyle(document.body).backgroundColor);

test('the theme is what the browser prefers until another is chosen', async ({ page, app }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await openChart(page, app.url, 'theme');
  expect(await backgroundOf(page)).toBe(LIGHT);
  await expect(page.getByRole('button', { name: 'Dark theme' })).toBeVisible();
  expect(await chartCorner(page)).toEqual([255, 255, 255]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await backgroundOf(page)).toBe(DARK);
  await expect.poll(() => chartCorner(page)).toEqual([13, 17, 23]);

  await page.getByRole('button', { name: 'Light theme' }).click();
  await expect.poll(() => chartCorner(page)).toEqual([255, 255, 255]);
  await page.reload();
  expect(await backgroundOf(page)).toBe(LIGHT);
});

test('the first paint has the right colours, before any script', async ({ browser, app }) => {
  for (const [colorScheme, color] of [
    ['light', LIGHT],
    ['dark', DARK],
  ] as const) {
    const context = await browser.newContext({ colorScheme, javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(app.url);
    expect(await backgroundOf(page)).toBe(color);
    await context.close();
  }
});

/** The colour of the chart's canvas where nothing is drawn. */
const chartCorner = (page: Page) =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('[data-testid=chart] canvas');
    const pixel = canvas?.getContext('2d')?.getImageData(1, 1, 1, 1).data;
    return pixel && [...pixel.slice(0, 3)];
  });
