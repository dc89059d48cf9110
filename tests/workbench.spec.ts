import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import postgres from 'postgres';
import { expect, type Page, test } from './support/app';

const SHOTS = resolve('test-results/screenshots');
const HEADER = 'Date,Open,High,Low,Close,Volume\n';
const day = (date: string, low = 9) => `${date},10,12,${low},11,100\n`;

/** Imports a small file and opens its chart. */
async function openChart(page: Page, url: string, what: string): Promise<number> {
  const name = `${what} ${randomUUID().slice(0, 8)}`;
  await page.goto(url);
  const dialogButton = page.getByRole('button', { name: 'Import candles' });
  const picker = page.getByLabel('CSV file', { exact: true });
  await expect(dialogButton.or(picker).first()).toBeVisible({ timeout: 20_000 });
  if (await dialogButton.isVisible()) await dialogButton.click();
  const rows = Array.from({ length: 60 }, (_, at) =>
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
async function drawSpan(page: Page) {
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

const saved = (page: Page) =>
  expect(page.getByTestId('save-state')).toHaveText('All changes saved', { timeout: 20_000 });

test('a chart that does not exist says so and leads back', async ({ page, app }) => {
  for (const id of ['999999', '0', 'x']) {
    await page.goto(`${app.url}/charts/${id}`);
    await expect(page.getByRole('heading')).toHaveText('There is no such chart');
  }
  await expect(page.getByRole('link', { name: 'Go to the charts' })).toHaveAttribute('href', '/');
});

test('a file with bad rows is refused with lines and reasons, and its good rows can be taken', async ({
  page,
  app,
}) => {
  const sql = postgres(app.databaseUrl, { max: 1 });
  const countCharts = async () => (await sql`select count(*)::int from charts`)[0]?.count;
  await openChart(page, app.url, 'before bad rows');
  const before = await countCharts();
  await page.getByRole('button', { name: 'Import candles' }).click();
  const bad = `${HEADER}${day('2020-01-01')}${day('2020-01-02', 13)}${day('2020-01-01')}${day('2020-01-03')}`;
  const buffer = Buffer.from(bad);
  await page
    .getByLabel('CSV file', { exact: true })
    .setInputFiles({ name: 'bad.csv', mimeType: 'text/csv', buffer });
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('alert')).toContainText('Nothing was stored: 2 of 4 rows');
  await expect(dialog.getByRole('row')).toHaveCount(3);
  await page.screenshot({ path: `${SHOTS}/import-problems.png` });
  expect(await countCharts()).toBe(before);
  await page.getByRole('button', { name: 'Import the good rows' }).click();
  await expect(dialog).toContainText('now holds 2 candles');
  expect(await countCharts()).toBe(before + 1);
  await sql.end();
});

for (const [what, name, content, says] of [
  ['an empty file', 'empty.csv', '', /empty/],
  ['no table at all', 'picture.csv', '\u0000\u0001\u0002PNG\u0000\u0000', /binary|not a/i],
  [
    'a missing column',
    'short.csv',
    'Date,Open,High,Low\n2020-01-01,1,2,3\n',
    /No column is taken for .*close/,
  ],
] as const) {
  test(`${what} is refused with a sentence of its own`, async ({ page, app }) => {
    await openChart(page, app.url, 'for refusals');
    await page.getByRole('button', { name: 'Import candles' }).click();
    await page
      .getByLabel('CSV file', { exact: true })
      .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
    await expect(page.getByRole('dialog').getByText(says).first()).toBeVisible();
  });
}

test('changes made while the server is away are saved after a reload', async ({ page, app }) => {
  const id = await openChart(page, app.url, 'offline');
  const sql = postgres(app.databaseUrl, { max: 1 });
  const count = async () =>
    (await sql`select count(*)::int from span_annotations where chart_id = ${id}`)[0]?.count;
  await page.route('**/api/trpc/spans.save*', (route) => route.abort());
  await drawSpan(page);
  await expect(page.getByTestId('save-state')).toContainText('1 change not saved');
  await page.screenshot({ path: `${SHOTS}/unsaved.png` });
  expect(await count()).toBe(0);
  page.on('dialog', (dialog) => dialog.accept());
  await page.unroute('**/api/trpc/spans.save*');
  await page.reload();
  await saved(page);
  await expect(page.getByRole('tab', { name: /Spans/ })).toContainText('1');
  expect(await count()).toBe(1);
  await sql.end();
});

test('two windows that change one span: both versions are shown, the chosen one is kept', async ({
  page,
  app,
}) => {
  const id = await openChart(page, app.url, 'conflict');
  const sql = postgres(app.databaseUrl, { max: 1 });
  await drawSpan(page);
  await saved(page);
  const other = await page.context().newPage();
  await other.goto(page.url());
  for (const [window, level] of [
    [other, '2'],
    [page, '5'],
  ] as const) {
    await window.getByRole('list', { name: 'Spans' }).getByRole('button').first().click();
    await window.keyboard.press(`Alt+${level}`);
    if (window === other) await saved(window);
  }
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Changed in two places');
  await page.screenshot({ path: `${SHOTS}/conflict.png` });
  await dialog.getByRole('button', { name: 'Keep mine' }).click();
  await saved(page);
  const [span] = await sql`select confidence from span_annotations where chart_id = ${id}`;
  expect(span?.confidence).toBe(5);
  await sql.end();
});

test('the page runs under its content security policy without a complaint', async ({
  page,
  app,
}) => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await openChart(page, app.url, 'policy');
  await drawSpan(page);
  await saved(page);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toContainText('Keys');
  expect(complaints).toEqual([]);
});
