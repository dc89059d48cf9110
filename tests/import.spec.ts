import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import postgres, { type Sql } from 'postgres';
import { day as date, workbook } from '../src/server/candles/files/testing';
import { expect, type Page, test } from './support/app';
import { day, drawSpan, HEADER, openChart, openImport, saved } from './support/chart';
import { hold } from './support/hold';

let sql: Sql;
test.beforeAll(({ app }) => {
  sql = postgres(app.databaseUrl, { max: 1 });
});
test.afterAll(() => sql.end());

const dates = (from: string, count: number, low?: number) =>
  Array.from({ length: count }, (_, at) =>
    day(new Date(Date.parse(from) + at * 86_400_000).toISOString().slice(0, 10), low),
  ).join('');
const csv = (rows: string, name = 'more.csv') => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(HEADER + rows),
});
const dialogOf = (page: Page) => page.getByRole('dialog');
const candleCount = async (chartId: number) =>
  (await sql`select count(*)::int from candles where chart_id = ${chartId}`)[0]?.count;

test('a file is previewed, appended and merged; the open chart and another window show it, and a span stays', async ({
  page,
  app,
}) => {
  // Its candles are those of 60 days from 1 January 2020.
  const chartId = await openChart(page, app.url, 'grows');
  await drawSpan(page);
  await saved(page);
  const spans = () => sql`
    select start_time, end_time from span_annotations where chart_id = ${chartId}`;
  const span = await spans();
  const other = await page.context().newPage();
  await other.goto(page.url());
  await expect(other.getByText('60 candles', { exact: true })).toBeVisible();
  const dialog = dialogOf(page);

  await openImport(page, csv(dates('2020-02-25', 15)));
  await dialog.getByRole('button', { name: 'Append to a chart' }).click();
  await dialog.getByRole('button', { name: 'Preview changes' }).click();
  await expect(dialog.getByRole('alert')).toContainText(
    '5 candles of this file are not after that',
  );
  await dialog.getByRole('button', { name: 'Merge instead' }).click();
  await dialog.getByRole('button', { name: 'Preview changes' }).click();
  await expect(dialog.getByRole('row', { name: 'New candles' })).toContainText('10');
  await expect(dialog.getByRole('row', { name: 'Replaced' })).toContainText('0');
  await expect(dialog.getByRole('row', { name: 'the same' })).toContainText('5');
  expect(await candleCount(chartId)).toBe(60);
  await page.keyboard.press('Enter');
  await expect(dialog).toContainText('now holds 70 candles');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(page.getByText('70 candles', { exact: true })).toBeVisible();
  await expect(page.getByTestId('legend')).toContainText('Vol');

  // Before the first candle, so that every bar has another number; one that is there is replaced.
  await openImport(page, csv(dates('2019-12-22', 11, 8)));
  await dialog.getByRole('button', { name: 'Merge into a chart' }).click();
  await dialog.getByRole('button', { name: 'Preview changes' }).click();
  await dialog.getByRole('button', { name: 'Merge 11 candles' }).click();
  await dialog.getByRole('button', { name: 'Show them' }).click();
  for (const window of [page, other]) {
    await expect(window.getByText('80 candles', { exact: true })).toBeVisible();
    // The chart counts its bars itself, from the tiles of the new revision.
    await barUnderSpan(window);
  }
  expect(await spans()).toEqual(span);
  expect(await candleCount(chartId)).toBe(80);
  await other.close();

  async function barUnderSpan(window: Page) {
    await window.getByRole('listbox', { name: 'Spans' }).getByRole('option').first().click();
    const [row] = await sql`
      select count(*)::int as bars from candles c join span_annotations s using (chart_id)
      where chart_id = ${chartId} and c.time between s.start_time and s.end_time`;
    await expect(window.getByRole('contentinfo')).toContainText(`Selected ${row?.bars} bars`);
    await expect
      .poll(async () => {
        const box = await window.getByTestId('chart').boundingBox();
        if (!box) return 0;
        await window.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.5);
        await window.mouse.move(box.x + box.width * 0.51, box.y + box.height * 0.5);
        const said = await window.getByRole('contentinfo').innerText();
        return Number(/bar (\d+)/.exec(said)?.[1] ?? 0) - 1 - daysSince(said);
      })
      .toBe(0);
  }
});

/** The bar that a day has when its candles begin on 22 December 2019. */
const daysSince = (said: string) =>
  (Date.parse(/\d{4}-\d\d-\d\d/.exec(said)?.[0] ?? '') - Date.parse('2019-12-22')) / 86_400_000;

test('candles of another timeframe are warned of, and cancelling stores nothing', async ({
  page,
  app,
}) => {
  const chartId = await openChart(page, app.url, 'timeframe');
  const hours = Array.from({ length: 5 }, (_, hour) => `2020-05-01 0${hour}:00,10,12,9,11,1\n`);
  await openImport(page, csv(hours.join('')));
  const dialog = dialogOf(page);
  await dialog.getByRole('button', { name: 'Append to a chart' }).click();
  await dialog.getByRole('button', { name: 'Preview changes' }).click();
  await expect(dialog.getByRole('alert')).toContainText('of 1h, those of timeframe');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  // Escape cancels nothing while something is under way; the button does.
  const minute = (at: number) =>
    `${new Date(at * 60_000).toISOString().slice(0, 16)},10,12,9,11,1\n`;
  const minutes = Array.from({ length: 400_000 }, (_, at) => minute(at)).join('');
  await openImport(page, csv(minutes, 'cancelled.csv'), false);
  await expect(dialog.getByRole('progressbar')).toBeVisible();
  await page.keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog.getByRole('button', { name: 'choose one' })).toBeVisible();

  await dialog.getByLabel('File', { exact: true }).setInputFiles(csv(minutes, 'cancelled.csv'));
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(dialog).toContainText('rows/s');
  await page.screenshot({ path: 'test-results/screenshots/import-progress.png' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog.getByRole('alert')).toContainText('cancelled; nothing was stored');
  await expect
    .poll(
      () => sql`select from pg_stat_activity
        where datname = current_database() and application_name = 'candle-annotator-import'`,
    )
    .toHaveLength(0);
  expect(await candleCount(chartId)).toBe(60);
  expect(await sql`select from charts where name = 'cancelled'`).toHaveLength(0);
});

test('how a file is read can be changed: another delimiter, other columns, and back', async ({
  page,
  app,
}) => {
  await openChart(page, app.url, 'told');
  await openImport(page, csv(dates('2021-01-01', 3), 'told how.csv'));
  const dialog = dialogOf(page);
  const go = dialog.getByRole('button', { name: 'Import', exact: true });
  await dialog.getByLabel('Delimiter').selectOption('semicolon');
  await expect(dialog.getByRole('alert')).toContainText('No column is taken for time, open, high');
  await expect(go).toBeDisabled();
  // What the first two are is said before it is known that there are more.
  const release = await hold(page, '**/api/trpc/uploads.inspect*');
  await dialog.getByLabel('Delimiter').selectOption('comma');
  for (const [at, role] of ['time', 'open', 'high', 'low', 'close'].entries()) {
    if (at === 2) release();
    await dialog.getByLabel(`Column ${at + 1}`).selectOption(role);
  }
  await dialog.getByLabel('Time zone').selectOption('Asia/Tokyo');
  await expect(dialog.getByRole('cell', { name: '2020-12-31 15:00' })).toBeVisible();
  const name = `told, and renamed ${randomUUID().slice(0, 8)}`;
  await dialog.getByLabel('Chart name').fill(name);
  await dialog.getByLabel('Chart name').press('Enter');
  await expect(dialog).toContainText(`${name} now holds 3 candles`);
  expect(
    await sql`select volume from candles c join charts on id = chart_id
    where name = ${name} and volume is not null`,
  ).toHaveLength(0);
});

test('a question is answered before anything is stored: the day or the month', async ({
  page,
  app,
}) => {
  await openChart(page, app.url, 'asked');
  const days = [1, 2, 3].map((at) => `0${at}/02/2021,10,12,9,11,1\n`).join('');
  const name = `asked ${randomUUID().slice(0, 8)}`;
  await openImport(page, csv(days, `${name}.csv`));
  const dialog = dialogOf(page);
  const go = dialog.getByRole('button', { name: 'Import', exact: true });
  await expect(dialog).toContainText('the day or the month?');
  await expect(go).toBeDisabled();
  await dialog.getByRole('radio', { name: /day\/month/ }).check();
  await expect(dialog).toContainText('day/month/year, in UTC where they name no zone.');
  await go.click();
  await expect(dialog).toContainText(`${name} now holds 3 candles of 1D, 1 – 3 Feb 2021`);
  await expect(dialog, 'of three days').toContainText('No gap between candles is out of the');
});

test('an hour that clocks showed twice is told in the words of the page, and read by a zone', async ({
  page,
  app,
}) => {
  await openChart(page, app.url, 'twice');
  const hours = ['00', '01', '01', '02'].map(
    (hour, at) => `2024-11-03 ${hour}:00,10,12,${9 - at},11,1\n`,
  );
  await openImport(page, csv(hours.join(''), 'twice.csv'));
  const dialog = dialogOf(page);
  const go = dialog.getByRole('button', { name: 'Import', exact: true });
  await go.click();
  const alert = dialog.getByRole('alert');
  await expect(alert).toContainText('Nothing was stored: 1 of 4 rows has a problem.');
  await expect(dialog).toContainText('if this is local time, say its time zone');
  await dialog.getByRole('button', { name: 'Back' }).click();
  await dialog.getByLabel('Time zone').selectOption('America/New_York');
  await go.click();
  await expect(dialog).toContainText('now holds 4 candles of 1h');
});

test('a sheet of a workbook is chosen and imported', async ({ page, app }) => {
  await openChart(page, app.url, 'workbook');
  const header = ['Date', 'Open', 'High', 'Low', 'Close'];
  const rows = (price: number) => [
    header,
    // The 2nd and 3rd of January 2024.
    ...[45_293, 45_294].map((at) => [date(at), price, price + 2, price - 1, price + 1]),
  ];
  const buffer = Buffer.from(workbook({ Gold: rows(10), Silver: rows(100) }));
  const mimeType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  const name = `metals ${randomUUID().slice(0, 8)}`;
  await openImport(page, { name: `${name}.xlsx`, mimeType, buffer });
  const dialog = dialogOf(page);
  await dialog.getByRole('radio', { name: 'Silver' }).check();
  await expect(dialog.getByRole('cell', { name: /100 · 102 · 99 · 101/ }).first()).toBeVisible();
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(dialog).toContainText(`${name} now holds 2 candles`);
  const [first] = await sql`
    select open, time::date::text as day from candles join charts on id = chart_id
    where name = ${name} order by time limit 1`;
  expect(first).toEqual({ open: 100, day: '2024-01-02' });
});

test('files of several months that are dropped together become one chart', async ({
  page,
  app,
}) => {
  await openChart(page, app.url, 'months');
  const name = `months ${randomUUID().slice(0, 8)}x`;
  const month = (at: string, from: string, count: number) =>
    [`${name}-2021-${at}.csv`, Buffer.from(HEADER + dates(from, count))] as const;
  // The last day of January is in February's file as well.
  await drop(
    page,
    month('02', '2021-01-31', 29),
    month('01', '2021-01-01', 31),
    month('03', '2021-03-01', 31),
  );
  const dialog = dialogOf(page);
  const files = dialog.getByRole('table', { name: 'Files of this chart' });
  await expect(files.getByRole('row').nth(0)).toContainText('2021-01.csv');
  await expect(files.getByRole('row').nth(1)).toContainText('begins before the one above ends');
  await expect(files.getByRole('row').nth(2)).toContainText('31 candles');
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(dialog).toContainText(`${name} now holds 90 candles`);
});

test('all issues of a file can be downloaded, a hundred are shown', async ({ page, app }) => {
  await openChart(page, app.url, 'issues');
  const bad = (at: number) => `2020-01-01,=${at},12,9,11,1\n`;
  const rows = Array.from({ length: 10_500 }, (_, at) => bad(at));
  await openImport(page, csv(dates('2020-01-01', 3) + rows.join(''), 'bad.csv'));
  const dialog = dialogOf(page);
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(dialog.getByRole('alert')).toContainText('10,500 of 10,503 rows have a problem');
  await expect(dialog).toContainText('These are the first 100 of 10,500.');
  await expect(dialog.getByRole('row')).toHaveCount(101);
  const downloading = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Download all as CSV' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('bad.csv issues.csv');
  const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(10_002);
  expect(lines.slice(0, 2)).toEqual([
    '\ufeffline,severity,reason',
    '5,error,open “=0” is not a number',
  ]);
  expect(lines.at(-1)).toBe(',note,"and 500 more issues, which this list does not hold"');
  await dialog.getByRole('button', { name: 'Import the good rows' }).click();
  await expect(dialog).toContainText('now holds 3 candles');
  await expect(dialog.getByRole('alert')).toContainText('10,500 rows were left out.');
});

test('a file of labels is told from candles, previewed and imported; dropped on the page, in gzip', async ({
  page,
  app,
}) => {
  const chartId = await openChart(page, app.url, 'labels of a file');
  const [chart] = await sql`select name from charts where id = ${chartId}`;
  const uid = (at: number) =>
    `00000000-0000-4000-8000-${String(chartId * 10 + at).padStart(12, '0')}`;
  const points = [0, 1, 2].map((at) => `${uid(at)},2020-01-0${at + 3}T00:00:00Z,break_up\n`);
  const file = gzipSync(`uid,time_utc,label_type\n${points.join('')}`);
  await drop(page, ['points.csv.gz', file]);
  const dialog = dialogOf(page);
  await expect(dialog).toContainText('holds annotations');
  await expect(dialog.getByRole('alert')).toContainText('does not say which chart');
  await dialog.getByLabel('Onto').selectOption({ label: chart?.name });
  await expect(dialog.getByRole('row').nth(1)).toContainText('labels of a file');
  expect(await sql`select from annotations where chart_id = ${chartId}`).toHaveLength(0);
  await dialog.getByRole('button', { name: 'Import 3 changes' }).click();
  await dialog.getByRole('button', { name: 'Show them' }).click();
  await expect(page.getByRole('tab', { name: /Drawings/ })).toContainText('3');
  expect(await sql`select from annotations where chart_id = ${chartId}`).toHaveLength(3);

  await drop(page, ['points.csv.gz', file]);
  await dialog.getByLabel('Onto').selectOption({ label: chart?.name });
  await expect(dialog).toContainText('there is nothing to store');
  await expect(dialog.getByRole('button', { name: 'Import 0 changes' })).toBeDisabled();
});

/** Drops files on the page as a person would from a file manager. */
async function drop(page: Page, ...files: (readonly [name: string, content: Buffer])[]) {
  const data = await page.evaluateHandle(
    (dropped) => {
      const transfer = new DataTransfer();
      for (const { name, base64 } of dropped) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        transfer.items.add(new File([bytes], name));
      }
      return transfer;
    },
    files.map(([name, content]) => ({ name, base64: content.toString('base64') })),
  );
  await page.getByTestId('chart').dispatchEvent('dragover', { dataTransfer: data });
  await page.getByTestId('chart').dispatchEvent('drop', { dataTransfer: data });
}

test('the button that opens the chart stays under the pointer while gaps are looked for', async ({
  page,
  app,
}) => {
  const answer = await hold(page, /candles\.gaps/);
  await page.goto(app.url);
  await page
    .getByLabel('File', { exact: true })
    .setInputFiles(csv(dates('2020-01-01', 30), `pressed ${randomUUID()}.csv`));
  const dialog = dialogOf(page);
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(dialog).toContainText('Looking for gaps');
  await dialog.getByRole('button', { name: 'Open the chart' }).hover();
  await page.mouse.down();
  answer();
  await expect(dialog).not.toContainText('Looking for gaps');
  await page.mouse.up();
  await expect(page.getByTestId('legend')).toContainText('pressed');
});
