import postgres from 'postgres';
import { expect, type Page, test } from './support/app';
import { day, drag, openChart, placesOn, saved, settled, WEEKDAYS } from './support/chart';
import { hold } from './support/hold';

const SHOTS = 'test-results/timeframes';

const show = async (page: Page, timeframe: string) => {
  await page.getByRole('button', { name: `Bars of ${timeframe}` }).click();
  await expect(page.getByTestId('legend')).toContainText(timeframe);
  await settled(page);
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
    for (const key of ['ArrowLeft', 's', 'ArrowRight', 'ArrowRight', 'e'])
      await page.keyboard.press(key);
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

test('a date that is gone to while a timeframe is on its way is shown in it', async ({
  page,
  app,
}) => {
  await openChart(page, app.url, 'on its way', WEEKDAYS);
  await settled(page);
  const release = await hold(page, /candles\.tiles/);
  await page.getByRole('button', { name: 'Bars of 1W' }).click();
  await expect(page.getByTestId('chart')).toHaveAttribute('aria-busy', 'true');
  await page.keyboard.press('Control+g');
  await page.getByRole('dialog').getByRole('textbox').fill('2018-09-03');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByTestId('chart')).toHaveAttribute('aria-busy', 'true');
  release();
  await settled(page);
  await expect(page).toHaveURL(/timeframe=604800.*from=2018-0\d.*to=2019-0\d/);
});

test('of a history of few bars none is out of view while there is room, nor a volume that is none', async ({
  page,
  app,
}) => {
  const minutes = [4, 5, 6, 7].flatMap((date) =>
    Array.from({ length: 60 }, (_, at) => {
      const time = new Date(Date.UTC(2019, 10, date, 15, at)).toISOString();
      return `${time},10,12,9,11,0\n`;
    }),
  );
  await page.setViewportSize({ width: 1600, height: 900 });
  await openChart(page, app.url, 'few', minutes);
  const panes = page.getByTestId('chart').locator('table tr');
  await expect(panes, 'prices and times').toHaveCount(2);
  await page.keyboard.press('Control+g');
  await page.getByRole('dialog').getByRole('textbox').fill('2019-11-05 15:30');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Cursor 2019-11-05 15:30')).toBeVisible();
  await show(page, '1D');
  // The address says where a view ends that does not hold the newest bar.
  await expect(page).toHaveURL(/timeframe=86400/);
  await expect(page).not.toHaveURL(/&to=/);
});

test('a price axis that long prices have made wide stays as wide', async ({ page, app }) => {
  // Dear once, and cheap for longer than what is in view at first.
  const days = Array.from({ length: 900 }, (_, at) => {
    const date = new Date(Date.UTC(2018, 0, 1 + at)).toISOString().slice(0, 10);
    return at < 100 ? `${date},1234567.25,1234569.75,1234560.5,1234568.25,100\n` : day(date);
  });
  await openChart(page, app.url, 'axis', days);
  const panes = page.getByTestId('chart').locator('canvas').first();
  const width = async () => (await panes.boundingBox())?.width ?? 0;
  const atFirst = await width();
  await page.keyboard.press('f');
  await expect.poll(width).toBeLessThan(atFirst);
  const wide = await width();
  await page.keyboard.press('End');
  await expect(page.getByText(/^Cursor 2020/)).toBeVisible();
  await page.keyboard.press('Control+g');
  await page.keyboard.type('2020-01-01');
  await page.keyboard.press('Enter');
  for (let times = 0; times < 8; times++) await page.keyboard.press('+');
  expect(await width()).toBe(wide);
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
