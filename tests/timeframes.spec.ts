import postgres from 'postgres';
import { expect, type Page, test } from './support/app';
import { drag, openChart, placesOn, saved, WEEKDAYS } from './support/chart';

const SHOTS = 'test-results/timeframes';

const show = async (page: Page, timeframe: string) => {
  await page.getByRole('button', { name: `Bars of ${timeframe}` }).click();
  await expect(page.getByTestId('legend')).toContainText(timeframe);
  await page.waitForTimeout(700);
};

const inspector = (page: Page) => page.getByRole('region', { name: 'Span' });

test('a span of weeks holds all days of its last week, however it is drawn', async ({
  page,
  app,
}) => {
  const id = await openChart(page, app.url, 'weeks', WEEKDAYS);
  const sql = postgres(app.databaseUrl, { max: 1 });
  const last = async () => {
    const [span] = await sql<{ start: string; end: string }[]>`
      select to_char(start_time at time zone 'UTC', 'Dy YYYY-MM-DD') as start,
        to_char(end_time at time zone 'UTC', 'Dy YYYY-MM-DD') as end
      from span_annotations where chart_id = ${id} order by id desc limit 1`;
    if (!span) throw new Error('there is no span');
    return span;
  };
  const spans = page.getByRole('listbox', { name: 'Spans' }).getByRole('option');
  const weekday = (text: string) => text.slice(0, 3);
  const place = await placesOn(page);
  await show(page, '1W');

  await test.step('by mouse', async () => {
    await page.keyboard.press('s');
    await drag(page, place(0.4, 0.6), place(0.55, 0.6));
    await page.keyboard.press('v');
    await expect(spans).toHaveCount(1);
    await saved(page);
    const span = await last();
    expect([weekday(span.start), weekday(span.end)]).toEqual(['Mon', 'Fri']);
    await expect(inspector(page)).toContainText(/\d+ bars \(1W\)/);
    await page.screenshot({ path: `${SHOTS}/weekly.png` });
  });

  await test.step('by its edge, dragged past the other one', async () => {
    const before = await last();
    const edge = await edgeOf(page);
    await drag(page, edge, { x: edge.x + 60, y: edge.y });
    await expect.poll(async () => (await last()).end).not.toBe(before.end);
    const wider = await last();
    expect(wider.start).toBe(before.start);
    expect(weekday(wider.end)).toBe('Fri');
    expect(wider.end.slice(4) > before.end.slice(4)).toBe(true);
  });

  await test.step('by key', async () => {
    await page.keyboard.press('Escape');
    for (const key of ['ArrowLeft', 's', 'ArrowRight', 'ArrowRight', 'e']) {
      await page.keyboard.press(key);
      await page.waitForTimeout(150);
    }
    await expect(spans).toHaveCount(2);
    await saved(page);
    const span = await last();
    expect([weekday(span.start), weekday(span.end)]).toEqual(['Mon', 'Fri']);
    await expect(inspector(page)).toContainText('3 bars (1W)');
  });

  await test.step('counted in the bars that are shown', async () => {
    await show(page, '1D');
    await expect(inspector(page)).toContainText('15 bars (1D)');
    await expect(page.getByRole('listbox', { name: 'Spans' })).toContainText('15 bars (1D)');
    await expect(page.getByText('Selected 15 bars (1D)')).toBeVisible();
    await page.screenshot({ path: `${SHOTS}/daily.png` });
  });
  await sql.end();
});

test('spans that were cut are listed, and extended or kept by a person', async ({ page, app }) => {
  const id = await openChart(page, app.url, 'cut', WEEKDAYS);
  const sql = postgres(app.databaseUrl, { max: 1 });
  const ends = async () =>
    (
      await sql<{ end: string }[]>`
        select to_char(end_time at time zone 'UTC', 'YYYY-MM-DD') as end
        from span_annotations where chart_id = ${id} order by start_time`
    ).map(({ end }) => end);
  await sql`insert into span_annotations (uid, chart_id, start_time, end_time, label, source, rev)
    values (gen_random_uuid(), ${id}, '2019-09-02', '2019-09-16', 'bull_flag', 'human', 1),
      (gen_random_uuid(), ${id}, '2019-09-24', '2019-10-03', 'bull_flag', 'human', 1),
      (gen_random_uuid(), ${id}, '2019-10-07', '2019-10-21', 'bear_flag', 'human', 1)`;
  await page.reload();
  const notice = page.getByRole('region', { name: 'Spans that may end too early' });
  await expect(notice).toContainText('2 spans may end too early');
  const spans = page.getByRole('listbox', { name: 'Spans' }).getByRole('option');
  await expect(spans).toHaveCount(3);
  await notice.getByRole('button', { name: 'Review' }).click();
  await expect(spans).toHaveCount(2);
  await spans.first().click();
  await page.screenshot({ path: `${SHOTS}/cut.png` });
  await notice.getByRole('button', { name: 'Extend to 2019-09-20 (1W)' }).click();
  await saved(page);
  expect(await ends()).toEqual(['2019-09-20', '2019-10-03', '2019-10-21']);
  await expect(notice).toContainText('1 span may end too early');
  await page.keyboard.press('Control+z');
  await saved(page);
  expect(await ends()).toEqual(['2019-09-16', '2019-10-03', '2019-10-21']);

  await notice.getByRole('button', { name: 'Extend all 2' }).click();
  await saved(page);
  expect(await ends()).toEqual(['2019-09-20', '2019-10-03', '2019-10-25']);
  await expect(notice).toBeHidden();
  await page.keyboard.press('Control+z');
  await saved(page);
  expect(await ends()).toEqual(['2019-09-16', '2019-10-03', '2019-10-21']);

  for (const left of [1, 0]) {
    await spans.first().click();
    await notice.getByRole('button', { name: 'Keep' }).click();
    if (left > 0) await expect(notice).toContainText('1 span');
  }
  await page.reload();
  await expect(spans).toHaveCount(3);
  await page.waitForTimeout(500);
  await expect(notice).toBeHidden();
  await sql.end();
});

/** Where the pointer finds the selected span's right edge. */
async function edgeOf(page: Page): Promise<{ x: number; y: number }> {
  const place = await placesOn(page);
  for (let share = 0.85; share > 0.2; share -= 0.004) {
    const at = place(share, 0.5);
    await page.mouse.move(at.x, at.y);
    const cursor = await page
      .getByTestId('chart')
      .evaluate((chart) =>
        [chart, ...chart.querySelectorAll('*')].some(
          (each) => (each as HTMLElement).style.cursor === 'ew-resize',
        ),
      );
    if (cursor) return at;
  }
  throw new Error('its right edge is not on the chart');
}
