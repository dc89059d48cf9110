import { resolve } from 'node:path';
import postgres from 'postgres';
import { expect, test } from './support/app';
import {
  day,
  drawn,
  drawSpan,
  HEADER,
  openChart,
  placesOn,
  saved,
  WEEKDAYS,
} from './support/chart';

const SHOTS = resolve('test-results/screenshots');
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
  await page.getByRole('button', { name: 'Import candles or labels' }).click();
  const bad = `${HEADER}${day('2020-01-01')}${day('2020-01-02', 13)}${day('2020-01-01')}${day('2020-01-03')}`;
  const buffer = Buffer.from(bad);
  await page
    .getByLabel('File', { exact: true })
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
    await page.getByRole('button', { name: 'Import candles or labels' }).click();
    await page
      .getByLabel('File', { exact: true })
      .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
    await expect(page.getByRole('dialog').getByText(says).first()).toBeVisible();
  });
}

test('a drag of the candles that comes back to where it began is no click', async ({
  page,
  app,
}) => {
  await openChart(page, app.url, 'to and fro');
  await drawSpan(page);
  const selection = page.getByText(/^Selected \d+ bars/);
  await expect(selection).toBeVisible();
  const box = await page.getByTestId('chart').boundingBox();
  if (!box) throw new Error('the chart is not on the page');
  const [x, y] = [box.x + box.width * 0.2, box.y + box.height * 0.6];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 80, y, { steps: 4 });
  await page.mouse.move(x, y, { steps: 4 });
  await page.mouse.up();
  await drawn(page);
  await expect(selection).toBeVisible();
  await page.mouse.click(x, y);
  await expect(selection).toBeHidden();
});

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
  // This window's change waits for the server when the other's arrives.
  await page.route('**/api/trpc/spans.save*', (route) => route.abort());
  for (const [window, level] of [
    [page, '5'],
    [other, '2'],
  ] as const) {
    await window.getByRole('listbox', { name: 'Spans' }).getByRole('option').first().click();
    await window.keyboard.press(`Alt+${level}`);
  }
  await saved(other);
  await page.unroute('**/api/trpc/spans.save*');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Changed in two places');
  await page.screenshot({ path: `${SHOTS}/conflict.png` });
  await dialog.getByRole('button', { name: 'Keep mine' }).click();
  await saved(page);
  const [span] = await sql`select confidence from span_annotations where chart_id = ${id}`;
  expect(span?.confidence).toBe(5);
  await sql.end();
});

test('gaps between candles are listed, and gone through by key', async ({ page, app }) => {
  const id = await openChart(page, app.url, 'gaps');
  const sql = postgres(app.databaseUrl, { max: 1 });
  await page.keyboard.press('j');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('None that is out of the ordinary');
  await page.keyboard.press('Escape');
  await sql`delete from candles where chart_id = ${id} and time between '2020-01-20' and '2020-01-24'`;
  await page.reload();
  await expect(page.getByTestId('legend')).toContainText('Vol');
  await page.getByRole('button', { name: 'Go to a date or a gap' }).click();
  await expect(dialog.getByRole('listitem')).toHaveText(['19 – 25 Jan 20206 days']);
  await page.screenshot({ path: `${SHOTS}/gaps.png` });
  await dialog.getByRole('listitem').getByRole('button').click();
  // The status bar tells of the bar under the pointer first.
  await page.mouse.move(0, 0);
  await expect(page.getByText('Cursor 2020-01-25')).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+J');
  await expect(page.getByText('Cursor 2020-01-25')).toBeVisible();
  await page.keyboard.press('Shift+J');
  await expect(dialog).toContainText('Gaps between candles');
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

test('with many spans in view a change takes no new memory for pictures', async ({ page, app }) => {
  const chartId = await openChart(page, app.url, 'many spans', WEEKDAYS);
  const sql = postgres(app.databaseUrl, { max: 1 });
  await sql`
    insert into span_annotations (uid, chart_id, start_time, end_time, label, source, rev)
    select gen_random_uuid(), ${chartId}, time, time + interval '1 day', 'bull_flag', 'human', 1
    from (select *, row_number() over (order by time desc) as place from candles
      where chart_id = ${chartId}) c
    where place between 5 and 300 and place % 3 = 0`;
  await sql`update charts set rev = 1 where id = ${chartId}`;
  await sql.end();
  await page.reload();
  await expect(page.getByRole('tab', { name: /^Spans ?99$/ })).toBeVisible();
  await page.keyboard.press('f');
  const change = async () => {
    await drawSpan(page);
    await saved(page);
    const at = await placesOn(page);
    await page.mouse.move(at(0.6, 0.5).x, at(0.6, 0.5).y, { steps: 10 });
  };
  await change();
  await page.evaluate(() => {
    const counted = window as unknown as { made: number };
    counted.made = 0;
    const { createElement } = document;
    document.createElement = ((name: string) => {
      if (name === 'canvas') counted.made++;
      return createElement.call(document, name);
    }) as typeof createElement;
  });
  for (let round = 0; round < 3; round++) await change();
  await expect(page.getByRole('tab', { name: /^Spans ?103$/ })).toBeVisible();
  expect(await page.evaluate(() => (window as unknown as { made: number }).made)).toBe(0);
});
