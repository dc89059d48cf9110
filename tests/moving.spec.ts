import postgres from 'postgres';
import { expect, type Page, test } from './support/app';
import { drag, drawSpan, openChart, placesOn, saved, WEEKDAYS } from './support/chart';

const SHOTS = 'test-results/moving';
const rows = (page: Page) => page.getByRole('listbox', { name: 'Spans' }).getByRole('option');

async function database(page: Page, databaseUrl: string, chartId: number) {
  const sql = postgres(databaseUrl, { max: 1 });
  const days = (
    await sql<{ day: string }[]>`
    select time::date::text as day from candles where chart_id = ${chartId} order by time`
  ).map(({ day }) => day);
  /** Both ends as the number of their bar. */
  const spans = async () => {
    await saved(page);
    const found = await sql<{ start: string; end: string; label: string; notes: string | null }[]>`
      select (start_time at time zone 'UTC')::date::text as start, label, notes,
        (end_time at time zone 'UTC')::date::text as end
      from span_annotations where chart_id = ${chartId} order by start_time`;
    return found.map(({ start, end, ...said }) => ({
      ...said,
      start: days.indexOf(start),
      end: days.indexOf(end),
    }));
  };
  const span = async () => (await spans())[0] ?? { start: -1, end: -1 };
  return { sql, days, spans, span };
}

test('a span is moved as a whole by its pill, its body and keys, as many bars long as before', async ({
  page,
  app,
}) => {
  const id = await openChart(page, app.url, 'moving', WEEKDAYS);
  const { sql, span } = await database(page, app.databaseUrl, id);
  const place = await placesOn(page);
  await drawSpan(page);
  const drawn = await span();
  const bars = drawn.end - drawn.start;
  expect(bars).toBeGreaterThan(5);
  const box = (await page.getByTestId('chart').boundingBox()) ?? { y: 0 };
  const pill = (x: number) => ({ x: place(x, 0).x, y: box.y + 43 });

  await drag(page, pill(0.47), pill(0.57));
  const byPill = await span();
  expect(byPill.start).toBeGreaterThan(drawn.start);
  expect(byPill.end - byPill.start).toBe(bars);

  await drag(page, place(0.57, 0.5), place(0.4, 0.3));
  const byBody = await span();
  expect(byBody.start).toBeLessThan(byPill.start);
  expect(byBody.end - byBody.start).toBe(bars);

  for (const key of ['.', '.', '>', ',']) await page.keyboard.press(key);
  const byKeys = await span();
  expect(byKeys).toMatchObject({ start: byBody.start + 11, end: byBody.end + 11 });
  for (let at = 0; at < 4; at++) await page.keyboard.press('Control+z');
  expect(await span()).toEqual(byBody);
  await sql.end();
});

test('edges are typed and taken by key, and what is said is said of the next one too', async ({
  page,
  app,
}) => {
  const id = await openChart(page, app.url, 'typing', WEEKDAYS);
  const { sql, days, spans, span } = await database(page, app.databaseUrl, id);
  const place = await placesOn(page);
  await page.keyboard.press('s');
  for (const from of [0.2, 0.6]) await drag(page, place(from, 0.6), place(from + 0.1, 0.6));
  await page.keyboard.press('v');
  await rows(page).first().click();
  const inspector = page.getByRole('region', { name: 'Span' });
  const start = inspector.getByRole('textbox', { name: 'Start' });
  const end = inspector.getByRole('textbox', { name: 'End' });
  const before = await span();

  await test.step('a date, and one that no candle has, and one that is wrong', async () => {
    await start.fill(days[before.start - 3] ?? '');
    await start.press('Enter');
    await expect.poll(async () => (await span()).start).toBe(before.start - 3);
    await end.fill('-1d');
    await end.press('Enter');
    await expect.poll(async () => (await span()).end).toBeLessThan(before.end);
    await start.fill('2/3/2019');
    await start.press('Enter');
    await expect(inspector.getByRole('alert')).toContainText('Which of the two is the month?');
    await page.screenshot({ path: `${SHOTS}/typed-light.png` });
    await start.press('Escape');
    await expect(inspector.getByRole('alert')).toBeHidden();
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    expect(await span()).toEqual(before);
  });

  await test.step('the nearest edge to the pointer', async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.mouse.move(place(0.31, 0.4).x, place(0.31, 0.4).y);
    await page.keyboard.press('w');
    await expect(page.getByText(/^Arrows move the end/)).toBeVisible();
    await page.keyboard.press('ArrowRight');
    expect(await span()).toEqual({ ...before, end: before.end + 1 });
    await page.keyboard.press('Control+z');
  });

  await test.step('the same for the next', async () => {
    await rows(page).first().click();
    await page.keyboard.press('3');
    await inspector.getByRole('textbox', { name: 'Notes' }).fill('on low volume');
    await inspector.getByRole('textbox', { name: 'Notes' }).press('Escape');
    await page.keyboard.press('Control+d');
    await expect(rows(page).last()).toHaveAttribute('aria-selected', 'true');
    await expect.poll(async () => (await spans())[1]?.notes).toBe('on low volume');
    const [one, two] = await spans();
    expect(two?.label).toBe(one?.label);
    await page.getByRole('button', { name: 'Dark theme' }).click();
    await page.screenshot({ path: `${SHOTS}/next-dark.png` });
  });

  await test.step('flying keeps the zoom, and back is where one was', async () => {
    const inView = () => {
      const { searchParams } = new URL(page.url());
      return [searchParams.get('from'), searchParams.get('to')];
    };
    // The address follows a view that has come to rest.
    await page.waitForTimeout(700);
    const here = inView();
    await page.keyboard.press('Control+g');
    await page.getByRole('dialog').getByRole('textbox').fill('2018-06-01');
    await page.keyboard.press('Enter');
    await expect.poll(inView).not.toEqual(here);
    const there = inView();
    await page.keyboard.press('q');
    await expect.poll(inView).toEqual(here);
    await page.keyboard.press('q');
    await expect.poll(inView).toEqual(there);
  });
  await sql.end();
});
