import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, type Page } from './app';

export const HEADER = 'Date,Open,High,Low,Close,Volume\n';
export const day = (date: string, low = 9) => `${date},10,12,${low},11,100\n`;

/** Days until 29 February 2020: an import asks about candles of the future. */
const daysOf = (count: number) =>
  Array.from({ length: count }, (_, at) =>
    day(new Date(Date.UTC(2020, 0, 61 - count + at)).toISOString().slice(0, 10)),
  );

/** Imports a file of so many days, or of these rows, and opens its chart. */
export async function openChart(
  page: Page,
  url: string,
  what: string,
  days: number | string[] = 60,
): Promise<number> {
  const name = `${what} ${randomUUID().slice(0, 8)}`;
  await page.goto(url);
  const dialogButton = page.getByRole('button', { name: 'Import candles or labels' });
  const picker = page.getByLabel('File', { exact: true });
  await expect(dialogButton.or(picker).first()).toBeVisible();
  if (await dialogButton.isVisible()) await dialogButton.click();
  const rows = typeof days === 'number' ? daysOf(days) : days;
  await picker.setInputFiles({
    name: `${name}.csv`,
    mimeType: 'text/csv',
    buffer: Buffer.from(HEADER + rows.join('')),
  });
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('button', { name: 'Open the chart' }).click();
  await expect(page.getByTestId('legend')).toContainText(name);
  // Candles are drawn, so the pointer finds bars.
  await expect(page.getByTestId('legend')).toContainText('Vol');
  return Number(new URL(page.url()).pathname.split('/').at(-1));
}

/** The name of the chart on the page, as its legend says it. */
export const nameOfChart = (page: Page) =>
  page.getByTestId('legend').locator('span').first().innerText();

const SP500 = resolve('node_modules/vega-datasets/data/sp500-2000.csv');

/** The sample's candles as a chart of the test's own. */
export async function openSample(page: Page, url: string, what: string): Promise<number> {
  const [, ...rows] = (await readFile(SP500, 'utf8')).trim().split('\n');
  return openChart(
    page,
    url,
    what,
    rows.map((row) => `${row}\n`),
  );
}

/** A bull flag of 20 days on the sample, from the bar cursor. */
export async function drawFlag(page: Page) {
  await page.keyboard.press('Control+g');
  await page.getByRole('dialog').getByRole('textbox').fill('2003-03-12');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.keyboard.press('s');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('e');
  await page.keyboard.press('1');
  await saved(page);
}

/** Draws a span across the middle of the chart with the tool's key and the mouse. */
export async function drawSpan(page: Page) {
  const box = await page.getByTestId('chart').boundingBox();
  if (!box) throw new Error('the chart is not on the page');
  await page.keyboard.press('Escape');
  await page.keyboard.press('s');
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.6);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.55, box.y + box.height * 0.6, { steps: 5 });
  await page.mouse.up();
  await page.keyboard.press('v');
}

/** Once what was done before is on screen: what changes nothing there cannot be waited for otherwise. */
export const drawn = (page: Page) =>
  page.evaluate(
    () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))),
  );

/** Once the candles of the view are on the chart. */
export const settled = (page: Page) =>
  expect(page.getByTestId('chart')).toHaveAttribute('aria-busy', 'false');

export const saved = (page: Page) =>
  expect(page.getByTestId('save-state')).toHaveText('All changes saved');

/** Chooses a file in the import dialog; of candles, waits until it has been looked at. */
export async function openImport(
  page: Page,
  file: string | { name: string; mimeType: string; buffer: Buffer },
  isOfCandles = true,
) {
  await page.getByRole('button', { name: 'Import candles or labels' }).click();
  await page.getByLabel('File', { exact: true }).setInputFiles(file);
  if (isOfCandles)
    await expect(page.getByRole('dialog')).toContainText('Nothing has been stored yet');
}

/** Weekdays of two years from Monday, 2018-01-01, whose prices rise and fall. */
export const WEEKDAYS = Array.from({ length: 730 }, (_, at) => new Date(Date.UTC(2018, 0, 1 + at)))
  .filter((date) => date.getUTCDay() % 6 !== 0)
  .map((date, at) => {
    const open = 100 + 10 * Math.sin(at / 9) + at / 20;
    const close = 100 + 10 * Math.sin((at + 1) / 9) + at / 20;
    const [high, low] = [Math.max(open, close) + 1.5, Math.min(open, close) - 1.5];
    const prices = [open, high, low, close].map((price) => price.toFixed(2));
    return `${date.toISOString().slice(0, 10)},${prices.join(',')},${1_000 + at}\n`;
  });

export type Place = { x: number; y: number };

/** A point of the chart by its share of the width and height. */
export async function placesOn(page: Page) {
  const box = await page.getByTestId('chart').boundingBox();
  if (!box) throw new Error('the chart is not on the page');
  return (x: number, y: number): Place => ({ x: box.x + box.width * x, y: box.y + box.height * y });
}

export async function drag(page: Page, from: Place, to: Place) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
}
