import { basename } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { expect, type Page, test } from './support/app';
import { drawSpan, openChart, openImport, saved } from './support/chart';
import { hold } from './support/hold';

let sql: Sql;
test.beforeAll(({ app }) => {
  sql = postgres(app.databaseUrl, { max: 1 });
});
test.afterAll(() => sql.end());

const FORMATS: [name: string, ending: string, holds: ('spans' | 'annotations')[]][] = [
  ['Points CSV', '-points.csv', ['annotations']],
  ['Spans JSON', '-spans.json', ['spans']],
  ['Windowed CSV', '-windows.csv', ['spans']],
  ['BIO CSV', '-bio.csv', ['spans']],
  ['Parquet', '.parquet', ['spans', 'annotations']],
];

const stored = async (chartId: number) => ({
  spans: await sql`
    select uid, start_time, end_time, label, confidence, outcome, notes, sub_spans, source
    from span_annotations where chart_id = ${chartId} order by uid`,
  annotations: await sql`
    select uid, time, label_type, geometry from annotations where chart_id = ${chartId} order by uid`,
});

const exportButton = (page: Page) => page.getByRole('button', { name: 'Export', exact: true });

async function openExport(page: Page, format: string) {
  await page.getByRole('button', { name: 'Export candles and labels' }).click();
  await page.getByRole('radio', { name: new RegExp(`^${format}`) }).check();
}

/** Lets the page save by download alone, as browsers without a picker do. */
const withoutPicker = (page: Page) =>
  page.addInitScript(() => {
    Object.defineProperty(window, 'showSaveFilePicker', { value: undefined });
  });

test('every format is exported, and imported again brings the same rows', async ({ page, app }) => {
  await withoutPicker(page);
  const chartId = await openChart(page, app.url, 'round "trip": =1');
  await drawSpan(page);
  await page.keyboard.press('b');
  const box = await page.getByTestId('chart').boundingBox();
  await page.mouse.click((box?.x ?? 0) + 300, (box?.y ?? 0) + 200);
  await saved(page);
  await sql`
    update span_annotations set notes = '=HYPERLINK("x"), a "note"', confidence = 4, outcome = 'win'
    where chart_id = ${chartId}`;
  const before = await stored(chartId);
  expect([before.spans.length, before.annotations.length]).toEqual([1, 1]);
  const dialog = page.getByRole('dialog');

  for (const [format, ending, holds] of FORMATS) {
    await openExport(page, format);
    if (format === 'Windowed CSV') await dialog.getByLabel(/Candles of context/).fill('3');
    const downloading = page.waitForEvent('download');
    await exportButton(page).last().click();
    const download = await downloading;
    const name = download.suggestedFilename();
    expect(name).toMatch(/^round -trip- =1 \w{8} \d{4}-\d\d-\d\d/);
    expect(name.endsWith(ending)).toBe(true);
    await expect(dialog).toContainText(`${name} is written`);
    await expect(dialog.getByRole('button', { name: 'Close' }).last()).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
    const path = test.info().outputPath(name);
    await download.saveAs(path);

    if (holds.includes('spans'))
      await sql`delete from span_annotations where chart_id = ${chartId}`;
    if (holds.includes('annotations'))
      await sql`delete from annotations where chart_id = ${chartId}`;
    await openImport(page, path, false);
    await dialog.getByRole('button', { name: `Import ${holds.length} change` }).click();
    await expect(dialog.getByRole('row').nth(1)).toContainText('round "trip"');
    await dialog.getByRole('button', { name: 'Show them' }).click();
    expect(await stored(chartId)).toEqual(before);
  }
});

test('all charts go into one file, from the list of charts; a chart that is gone comes back whole', async ({
  page,
  app,
}) => {
  await withoutPicker(page);
  const chartId = await openChart(page, app.url, 'comes back');
  await drawSpan(page);
  await saved(page);
  const candles = (id: number) => sql`
    select time, open, high, low, close, volume from candles where chart_id = ${id} order by time`;
  const [before, labels] = [await candles(chartId), await stored(chartId)];
  const [chart] = await sql`select name from charts where id = ${chartId}`;
  await page.getByRole('button', { name: /comes back.* 60 candles/ }).click();
  await page.getByRole('menuitem', { name: 'Export all charts' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: /^Parquet/ }).check();
  const downloading = page.waitForEvent('download');
  await exportButton(page).last().click();
  const download = await downloading;
  const path = test.info().outputPath(download.suggestedFilename());
  expect(basename(path)).toMatch(/^All charts \d{4}-\d\d-\d\d\.parquet$/);
  await download.saveAs(path);
  await page.keyboard.press('Escape');
  await sql`delete from charts where id = ${chartId}`;

  await page.goto(app.url);
  await page.getByLabel('File', { exact: true }).setInputFiles(path);
  await expect(dialog).toContainText('to be made, with its candles');
  await dialog.getByRole('button', { name: /^Import \d+ changes?$/ }).click();
  await expect(dialog.getByRole('button', { name: 'Show them' })).toBeVisible();
  const [made] = await sql`select id from charts where name = ${chart?.name}`;
  expect(await candles(made?.id)).toEqual(before);
  expect(await stored(made?.id)).toEqual(labels);
});

test('a file goes to disk as it comes; cancelled or broken off there is none', async ({
  page,
  app,
}) => {
  // A real file of the browser's own, as there is nobody to answer the picker.
  await page.addInitScript(() => {
    Object.defineProperty(window, 'showSaveFilePicker', {
      value: async ({ suggestedName }: { suggestedName: string }) => {
        const folder = await navigator.storage.getDirectory();
        return folder.getFileHandle(suggestedName, { create: true });
      },
    });
  });
  const files = () =>
    page.evaluate(async () => {
      const folder = await navigator.storage.getDirectory();
      const found: [string, string][] = [];
      for await (const [name, handle] of folder.entries()) {
        const file = await (handle as FileSystemFileHandle).getFile();
        found.push([name, await file.text()]);
      }
      return found;
    });
  const chartId = await openChart(page, app.url, 'to disk');
  const dialog = page.getByRole('dialog');

  // The answer breaks off in its middle.
  await page.route('**/api/trpc/exports.download*', async (route) => {
    const response = await route.fetch();
    const whole = await response.text();
    await route.fulfill({ response, body: whole.slice(0, whole.length / 2) });
  });
  await openExport(page, 'BIO CSV');
  await exportButton(page).last().click();
  await expect(dialog.getByRole('alert')).toContainText(
    'The connection to the server was lost. There is no file',
  );
  expect(await files()).toEqual([]);
  await page.unroute('**/api/trpc/exports.download*');

  // The chart is gone by the time that it is asked for.
  await page.route('**/api/trpc/exports.download*', async (route) => {
    const url = route.request().url().replace(`%5B${chartId}%5D`, '%5B2000000000%5D');
    await route.continue({ url });
  });
  await exportButton(page).last().click();
  await expect(dialog.getByRole('alert')).toContainText('There is no chart 2000000000.');
  expect(await files()).toEqual([]);
  await page.unroute('**/api/trpc/exports.download*');

  const release = await hold(page, '**/api/trpc/exports.download*');
  await exportButton(page).last().click();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog.getByRole('alert')).toContainText('The export was cancelled.');
  expect(await files()).toEqual([]);
  release();

  await exportButton(page).last().click();
  await expect(dialog).toContainText('is written');
  const [[name, text] = ['', '']] = await files();
  expect(name).toMatch(/^to disk \w{8} \d{4}-\d\d-\d\d-bio\.csv$/);
  const lines = text.trimEnd().split('\n');
  expect(lines[0]).toBe('chart,time_utc,open,high,low,close,volume,label,spans,examined');
  expect(lines).toHaveLength(61);
});
