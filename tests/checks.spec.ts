import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { expect, type Page, test } from './support/app';
import { openSample } from './support/chart';

const SHOTS = 'test-results/screenshots';

async function shoot(page: Page, name: string) {
  const drawn = page.locator('[aria-label="Candidates"] canvas[data-drawn="true"]');
  await expect(drawn.first()).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${SHOTS}/board-${name}-${colorScheme}.png` });
  }
}

test('after a run, doubtful labels and known patterns wait on the board', async ({
  page,
  app,
  context,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const chartId = await openSample(page, app.url, 'checks');
  const sql = postgres(app.databaseUrl, { max: 1 });
  // Rises of a month are bull flags here; one in ten is called a bear flag.
  const starts = await sql<{ start: string; end: string; rise: number }[]>`
    select time::text as start, lead(time, 19) over (order by time)::text as end,
      lead(close, 19) over (order by time) / open - 1 as rise
    from candles where chart_id = ${chartId} order by time`;
  const months = starts.filter(({ end }, at) => at % 24 === 0 && at < 2_400 && end !== null);
  for (const [at, { start, end, rise }] of months.entries()) {
    const right = rise > 0 ? 'bull_flag' : 'bear_flag';
    const label = at % 10 === 3 ? (rise > 0 ? 'bear_flag' : 'bull_flag') : right;
    await sql`insert into span_annotations (chart_id, uid, start_time, end_time, label, source, rev)
      values (${chartId}, ${randomUUID()}, ${start}, ${end}, ${label}, 'human', 1)`;
  }
  const last = months.at(-1)?.end ?? '';
  await sql`insert into examined_ranges (chart_id, uid, start_time, end_time, source, created_by, rev)
    select ${chartId}, ${randomUUID()}, first_time, ${last}, 'done', 'local', 1
    from charts where id = ${chartId}`;
  await sql`update charts set rev = 1 where id = ${chartId}`;
  const params = sql.json({ chartIds: [chartId] });
  const [run] = await sql`insert into training_runs (params, created_by)
    values (${params}, 'local') returning id`;
  await sql`select pg_notify('training_runs', ${String(run?.id)})`;
  const found = async () =>
    (
      await sql`select from training_runs where params ->> 'model' = 'chart-patterns'
      and params -> 'chartIds' @> ${sql.json([chartId])}`
    ).length;
  await expect.poll(found, { timeout: 180_000 }).toBe(1);

  await page.goto(`${app.url}/review?source=errors`);
  const cells = page.getByRole('list', { name: 'Candidates' }).getByRole('button');
  await expect(cells.first()).toBeVisible();
  await expect(page.getByText(/^(Labelled B.*|Not labelled: add it)\?$/)).toBeVisible();
  await shoot(page, 'errors');
  // Six tabs leave room for what is chosen beside them.
  const order = page.getByRole('button', { name: /^Order: / }).getByText('Likeliest first');
  expect(await order.evaluate((name) => name.scrollWidth <= name.clientWidth)).toBe(true);
  const before = await sql`select id from span_annotations where chart_id = ${chartId}`;
  // Another window sees the answers too.
  const other = await context.newPage();
  await other.goto(`${app.url}/review?source=errors`);
  await expect(other.getByTestId('board-counts')).toContainText('0 yes0 no');
  await page.bringToFront();
  await page.keyboard.press('y');
  await page.keyboard.press('n');
  await expect(page.getByTestId('board-counts')).toContainText('1 yes1 no');
  await other.bringToFront();
  await expect(other.getByTestId('board-counts')).toContainText('1 yes1 no');
  await other.close();
  await page.screenshot({ path: `${SHOTS}/board-errors-answered.png` });
  const after = await sql`select id from span_annotations where chart_id = ${chartId}`;
  expect(after.length - before.length).toBeLessThanOrEqual(1);

  await page.getByRole('tab', { name: /Missed by the model/ }).click();
  await expect(cells.first()).toBeVisible();
  await expect(page.getByText('Not found by the model: is it right?')).toBeVisible();
  await page.screenshot({ path: `${SHOTS}/board-missed.png` });
  const negatives = async () =>
    (await sql`select from span_annotations where chart_id = ${chartId} and label = 'O'`).length;
  const none = await negatives();
  await page.keyboard.press('y');
  await page.keyboard.press('n');
  await expect(page.getByTestId('board-counts')).toContainText('1 yes1 no');
  await expect.poll(negatives).toBe(none + 1);
  // The rest by one key, and one undo for all of it.
  await page.keyboard.press('Shift+x');
  await expect(page.getByTestId('board-counts')).not.toContainText('1 yes1 no');
  await expect.poll(negatives).toBeGreaterThan(none + 1);
  await page.keyboard.press('Control+z');
  await expect.poll(negatives).toBe(none + 1);
  await page.keyboard.press('Control+z');
  await expect(page.getByTestId('board-counts')).toContainText('1 yes0 no');
  await expect.poll(negatives).toBe(none);

  await page.getByRole('button', { name: /^Order/ }).click();
  await page.getByRole('menuitem', { name: 'Teaches most' }).click();
  await expect(page.getByRole('button', { name: 'Order: Teaches most' })).toBeVisible();
  await expect(cells.first()).toBeVisible();
  await page.getByRole('tab', { name: /Candlesticks/ }).click();
  await expect(cells.first()).toBeVisible();
  const basis = page.getByTestId('basis');
  await expect(basis).toHaveText(/\w: \d+ of \d+ signals in examined bars/);
  await page.screenshot({ path: `${SHOTS}/board-candlesticks.png` });
  await page.getByRole('tab', { name: /Chart patterns/ }).click();
  await expect(page).toHaveURL(/source=chart-patterns/);
  await expect(cells.first()).toBeVisible();
  await expect(basis).toHaveText(/\w: \d+ of \d+ signals in examined bars/);
  await shoot(page, 'chart-patterns');
  await sql.end();
});
