import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import postgres from 'postgres';
import { expect, type Page, test } from './support/app';

const SP500 = resolve('node_modules/vega-datasets/data/sp500-2000.csv');
const SHOTS = resolve('test-results/screenshots');

/** The candles' dates, so that a test can go to the bar it means. */
const DATES = readFileSync(SP500, 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(',')[0] as string);

/** Twenty patterns a person might label: the bar in its middle, its bars, the digit of its label. */
const PATTERNS: [bar: number, bars: number, digit: string][] = Array.from(
  { length: 20 },
  (_, i) => [2_300 + i * 42, [26, 20, 30][i % 3] as number, ['1', '2', '4'][i % 3] as string],
);

test.describe.configure({ mode: 'serial' });
// It ends with the change to the light theme.
test.use({ colorScheme: 'dark' });

test('an empty database opens the example, and deleting its chart takes all of it away', async ({
  page,
  app,
}) => {
  test.setTimeout(180_000);
  const sql = postgres(app.databaseUrl, { max: 1 });
  await sql`delete from charts`;
  await page.goto(app.url);
  await page.getByRole('button', { name: 'Open the example' }).click();
  await expect(page.getByRole('banner')).toContainText('S&P 500 exampleExample');
  await expect(page.getByRole('tab', { name: /Spans/ })).toContainText('60');
  await expect(page.getByRole('listbox', { name: 'Spans' })).toContainText('example');
  await expect(page.getByText(/bars not examined/)).toBeVisible();

  await page.goto(`${app.url}/models`);
  await expect(page.getByRole('navigation', { name: 'Runs' })).toContainText('Example');
  await expect(page.getByTestId('sentence')).toContainText(/^Finds .* patterns/, {
    timeout: 120_000,
  });

  await page.goto(app.url);
  const row = page.getByRole('list', { name: 'Charts' }).getByRole('listitem');
  await expect(row).toContainText('Example');
  await page.getByRole('button', { name: 'More for S&P 500 example' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('button', { name: 'Open the example' })).toBeVisible();
  await page.goto(`${app.url}/models`);
  await expect(page.getByRole('heading', { name: 'No run yet' })).toBeVisible();
  await sql.end();
});

test('the whole loop: import, label, train, review, undo', async ({ page, app }) => {
  const sql = postgres(app.databaseUrl, { max: 1 });
  const shoot = (name: string) => page.screenshot({ path: `${SHOTS}/${name}.png` });
  await page.setViewportSize({ width: 1440, height: 900 });

  await test.step('an empty database says what this is', async () => {
    await sql`delete from charts`;
    await page.goto(app.url);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Label patterns');
    await shoot('1-empty');
  });

  const chartId = await test.step('import the S&P 500 through the dialog', async () => {
    await page.getByLabel('File', { exact: true }).setInputFiles(SP500);
    await expect(page.getByLabel('Chart name')).toHaveValue('sp500-2000');
    await page.getByLabel('Chart name').fill('S&P 500');
    await shoot('2-import');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await expect(page.getByRole('dialog')).toContainText('5,105 candles of 1D');
    await page.getByRole('button', { name: 'Open the chart' }).click();
    await page.waitForURL(/\/charts\/\d+/);
    await expect(page.getByTestId('legend')).toContainText('S&P 500');
    // Candles are drawn, so the pointer finds bars.
    await expect(page.getByTestId('legend')).toContainText('Vol');
    const [row] = await sql`select id, candle_count from charts`;
    expect(Number(row?.candle_count)).toBe(5105);
    return Number(row?.id);
  });

  await test.step('label twenty spans: ten by mouse, ten by keyboard', async () => {
    for (const [index, [bar, bars, digit]] of PATTERNS.entries()) {
      await (index < 10 ? markByMouse : markByKeyboard)(page, bar, bars, digit);
      await expect(page.getByRole('tab', { name: /Spans/ })).toContainText(String(index + 1));
    }
    await expect(page.getByTestId('save-state')).toHaveText('All changes saved');
    await shoot('3-labelled');
  });

  await test.step('place a marker of a break up and of a break down', async () => {
    const middle = await goTo(page, 2_615);
    await page.keyboard.press('b');
    await page.mouse.click(middle.x - 150, middle.y);
    await page.keyboard.press('Shift+B');
    await page.mouse.click(middle.x + 150, middle.y);
    await page.keyboard.press('v');
    await expect(page.getByRole('tab', { name: /Drawings/ })).toContainText('2');
    await expect(page.getByTestId('save-state')).toHaveText('All changes saved');
    const markers = await sql`
      select label_type from annotations where chart_id = ${chartId} order by time`;
    expect(markers.map((marker) => marker.label_type)).toEqual(['break_up', 'break_down']);
  });

  await test.step('the inspector sets confidence, outcome and notes', async () => {
    await page.getByRole('tab', { name: /Spans/ }).click();
    await page.getByRole('listbox', { name: 'Spans' }).getByRole('option').nth(7).click();
    const inspector = page.getByRole('region', { name: 'Span' });
    await inspector.getByRole('button', { name: '4', exact: true }).click();
    await inspector.getByRole('button', { name: 'Win' }).click();
    await inspector.getByLabel('Notes').fill('Tight flag on falling volume');
    await inspector.getByLabel('Notes').blur();
    await expect(page.getByTestId('save-state')).toHaveText('All changes saved');
    for (let times = 0; times < 4; times++) await page.keyboard.press('-');
    await shoot('4-workbench');
    const [, id] = /#(\d+)/.exec(await inspector.getByRole('heading').innerText()) ?? [];
    const [span] = await sql`
      select confidence, outcome, notes from span_annotations where id = ${Number(id)}`;
    expect(span).toEqual({ confidence: 4, outcome: 'win', notes: 'Tight flag on falling volume' });
  });

  await test.step('reload and find them', async () => {
    await page.reload();
    await expect(page.getByRole('tab', { name: /Spans/ })).toContainText('20');
    const rows = await sql`
      select label, count(*)::int from span_annotations
      where chart_id = ${chartId} group by label order by label`;
    expect(rows.map(({ label, count }) => [label, count])).toEqual([
      ['bear_flag', 7],
      ['bull_flag', 7],
      ['double_bottom', 6],
    ]);
  });

  await test.step('train from the panel and wait for the run', async () => {
    // The key of the review leads there too, while there is nothing to review.
    await page.keyboard.press('d');
    await expect(page.getByRole('tab', { name: /Models/ })).toHaveAttribute(
      'aria-selected',
      'true',
    );
    await page.getByRole('button', { name: 'Train on 20 spans' }).click();
    await expect(page.getByTestId('active-run')).toBeVisible();
    await shoot('5-training');
    await expect(page.getByTestId('metrics')).toBeVisible({ timeout: 180_000 });
    const [run] = await sql`select status, dataset, metrics from training_runs
        where params ->> 'model' = 'ensemble' order by id desc limit 1`;
    expect(run?.status).toBe('succeeded');
    expect(run?.metrics.leaks).toBe(0);
  });

  await test.step('review: confirm one and dismiss one, by key', async () => {
    await lowerThreshold(page);
    const review = page.getByRole('region', { name: 'To review' });
    await expect(page.getByTestId('review-count')).toHaveText(/^[1-9]/);
    await page.keyboard.press('d');
    await expect(page.getByTestId('review-count')).toHaveText(/^\d+ of \d+$/);
    await shoot('6-review');
    await page.keyboard.press('y');
    await expect.poll(() => statuses()).toEqual({ confirmed: 1 });
    await expect(page.getByRole('tab', { name: /Spans/ })).toContainText('21');
    await review.getByRole('button', { name: /Dismiss/ }).click();
    await expect.poll(() => statuses()).toEqual({ confirmed: 1, dismissed: 1 });
  });

  await test.step('undo both and redo both', async () => {
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => statuses()).toEqual({ confirmed: 1 });
    await page.keyboard.press('Control+z');
    await expect.poll(() => statuses()).toEqual({});
    await page.keyboard.press('Control+Shift+z');
    await page.getByRole('button', { name: 'Redo' }).click();
    await expect.poll(() => statuses()).toEqual({ confirmed: 1, dismissed: 1 });
    await expect(page.getByTestId('save-state')).toHaveText('All changes saved');
  });

  await test.step('all of it stands in PostgreSQL', async () => {
    const spans = await sql`
      select s.label, s.source, p.status, p.label as predicted
      from predictions p join span_annotations s on s.uid = p.span_uid
      where p.chart_id = ${chartId} order by p.status`;
    expect(spans.map(({ source, status }) => [source, status])).toEqual([
      ['model_confirmed', 'confirmed'],
      ['human_correction', 'dismissed'],
    ]);
    expect(spans[0]?.label).toBe(spans[0]?.predicted);
    expect(spans[1]?.label).toBe('O');
    const [log] = await sql`
      select count(distinct rev)::int as revs, max(rev)::int as newest, (select rev::int from charts where id = ${chartId}) as rev
      from revisions where chart_id = ${chartId}`;
    expect(log?.revs).toBe(log?.newest);
    expect(log?.newest).toBe(log?.rev);
  });

  await test.step('the model predicts a view, and a chart that it was not trained on', async () => {
    const before = await statuses();
    const [other] = await sql`
      with copy as (
        insert into charts (name, timeframe, candle_count)
        select 'Later years', timeframe, 1500 from charts where id = ${chartId} returning id
      ), member as (
        insert into chart_members select copy.id, 'local', 'owner' from copy
      ), bars as (
        insert into candles select copy.id, k.time, open, high, low, close, volume
        from copy, (select * from candles where chart_id = ${chartId} order by time desc limit 1500) k
      ) select id from copy`;
    const section = page.getByRole('region', { name: 'Predict' });
    await expect(section).toContainText('by models that had not seen the place');
    await page.keyboard.press('p');
    // The worker measures its run to the end before it takes anything else.
    await expect(section.getByRole('status')).toContainText('predicted in ');
    await section.getByRole('button', { name: 'All charts' }).click();
    await expect(section.getByRole('status')).toContainText('predicted on this chart', {
      timeout: 60_000,
    });
    await shoot('7-predicted');
    const stored = () => sql`
      select q.status, q.found > 0 as "isFound" from prediction_requests q
      where q.chart_id = ${other?.id}`;
    await expect.poll(stored).toEqual([{ status: 'succeeded', isFound: true }]);
    expect(await statuses(), 'what was reviewed stays').toEqual(before);
  });

  await test.step('in the light theme as well', async () => {
    await page.getByRole('button', { name: 'Light theme' }).click();
    await shoot('8-light');
    await page.setViewportSize({ width: 1920, height: 1080 });
    await shoot('9-light-1920');
  });
  await sql.end();

  async function statuses() {
    const rows = await sql`
      select status, count(*)::int from predictions
      where chart_id = ${chartId} and status <> 'new' group by status`;
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }
});

/** Centres a bar in the chart and returns where its middle is. */
async function goTo(page: Page, bar: number) {
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+g');
  await page.getByLabel('Date (UTC)').fill(DATES[bar] as string);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  const box = await page.getByTestId('chart').boundingBox();
  if (!box) throw new Error('the chart is not on the page');
  const middle = { x: box.x + box.width / 2, y: box.y + box.height * 0.7 };
  // The chart has arrived when the bar under its middle is about the one asked for.
  await expect(async () => {
    await page.mouse.move(middle.x + 1, middle.y);
    await page.mouse.move(middle.x, middle.y);
    const [, shown = ''] =
      /bar ([\d,]+)/.exec(await page.getByRole('contentinfo').innerText()) ?? [];
    expect(Math.abs(Number(shown.replace(',', '')) - bar)).toBeLessThan(12);
  }).toPass();
  return middle;
}

async function markByMouse(page: Page, bar: number, bars: number, digit: string) {
  const middle = await goTo(page, bar);
  const halfPx = bars * 2;
  await page.keyboard.press(digit);
  await page.keyboard.press('s');
  await page.mouse.move(middle.x - halfPx, middle.y);
  await page.mouse.down();
  await page.mouse.move(middle.x, middle.y - 20, { steps: 3 });
  await page.mouse.move(middle.x + halfPx, middle.y, { steps: 3 });
  await page.mouse.up();
}

/** The bar cursor from the pointer's bar, start, ten bars at a time, end, label, confidence. */
async function markByKeyboard(page: Page, bar: number, bars: number, digit: string) {
  const middle = await goTo(page, bar);
  await page.mouse.move(middle.x, middle.y);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('s');
  for (let at = 0; at < bars; at += 10) await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('e');
  await page.keyboard.press(digit);
  await page.keyboard.press('Alt+3');
}

/** Moves the threshold down until something is left to review. */
async function lowerThreshold(page: Page) {
  const slider = page.getByRole('slider', { name: /Show predictions/ });
  await slider.focus();
  await page.keyboard.press('Home');
  await expect(slider).toHaveAttribute('aria-valuenow', '0');
  await slider.blur();
}
