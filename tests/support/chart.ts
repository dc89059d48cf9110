import { randomUUID } from 'node:crypto';
import { expect, type Page } from './app';

export const HEADER = 'Date,Open,High,Low,Close,Volume\n';
export const day = (date: string, low = 9) => `${date},10,12,${low},11,100\n`;

/** Imports a file of so many days and opens its chart. */
export async function openChart(page: Page, url: string, what: string, days = 60): Promise<number> {
  const name = `${what} ${randomUUID().slice(0, 8)}`;
  await page.goto(url);
  const dialogButton = page.getByRole('button', { name: 'Import candles or labels' });
  const picker = page.getByLabel('File', { exact: true });
  await expect(dialogButton.or(picker).first()).toBeVisible({ timeout: 20_000 });
  if (await dialogButton.isVisible()) await dialogButton.click();
  const rows = Array.from({ length: days }, (_, at) =>
    day(new Date(Date.UTC(2020, 0, 1 + at)).toISOString().slice(0, 10)),
  );
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
  return Number(page.url().split('/').at(-1));
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

export const saved = (page: Page) =>
  expect(page.getByTestId('save-state')).toHaveText('All changes saved', { timeout: 20_000 });

/** Chooses a file in the import dialog; of candles, waits until it has been looked at. */
export async function openImport(
  page: Page,
  file: string | { name: string; mimeType: string; buffer: Buffer },
  isOfCandles = true,
) {
  await page.getByRole('button', { name: 'Import candles or labels' }).click();
  await page.getByLabel('File', { exact: true }).setInputFiles(file);
  if (isOfCandles) await expect(page.getByRole('dialog')).toContainText('Its first rows');
}
