import { readFile } from 'node:fs/promises';
import postgres from 'postgres';
import { expect, type Page, test } from './support/app';
import { drag, openChart, type Place, placesOn, saved, settled, WEEKDAYS } from './support/chart';

const SHOTS = 'test-results/drawings';

function first<Item>([item]: readonly Item[]): Item {
  if (!item) throw new Error('there is none');
  return item;
}

/** Draws with Shift held, so that the points are where the pointer is. */
async function drawFree(page: Page, key: string, from: Place, to: Place) {
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press(key);
  await page.keyboard.down('Shift');
  await drag(page, from, to);
  await page.keyboard.up('Shift');
  await page.keyboard.press('v');
}

const rows = (page: Page) => page.getByRole('listbox', { name: 'Drawings' }).getByRole('option');

async function openDatabase(databaseUrl: string, chartId: number) {
  const sql = postgres(databaseUrl, { max: 1 });
  return {
    sql,
    drawings: () => sql<
      { type: string; geometry: Record<string, number>; time: number }[]
    >`select label_type as type, geometry, extract(epoch from time)::float8 as time
      from annotations where chart_id = ${chartId} order by id`,
  };
}

test('a line is drawn, moved, reshaped, undone, and seen in another window', async ({
  page,
  app,
}) => {
  const id = await openChart(page, app.url, 'line', WEEKDAYS);
  const { sql, drawings } = await openDatabase(app.databaseUrl, id);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByRole('tab', { name: /Drawings/ }).click();
  await page.bringToFront();
  const place = await placesOn(page);

  await drawFree(page, 'l', place(0.3, 0.5), place(0.6, 0.42));
  await saved(page);
  const [drawn] = await drawings();
  expect(drawn?.type).toBe('line');
  const from = drawn?.geometry as Record<string, number>;
  expect(from.endTime).toBeGreaterThan(from.startTime as number);
  expect(from.endPrice).toBeGreaterThan(from.startPrice as number);
  expect(drawn?.time).toBe(from.startTime);
  await expect(rows(other)).toHaveCount(1);
  const inspector = page.getByRole('region', { name: 'Line' });
  await expect(inspector.getByRole('textbox', { name: 'Price from' })).toHaveValue(
    (from.startPrice as number).toFixed(2),
  );
  await expect(inspector).toContainText(
    new Date((from.endTime as number) * 1000).toISOString().slice(0, 10),
  );
  await page.screenshot({ path: `${SHOTS}/line-light.png` });

  await test.step('moved by its middle as a whole, whatever lies between', async () => {
    await drag(page, place(0.45, 0.46), place(0.55, 0.56));
    await saved(page);
    const { geometry } = first(await drawings());
    const { startTime = 0, startPrice = 0, endTime = 0, endPrice = 0 } = geometry;
    expect(startTime).toBeGreaterThan(from.startTime as number);
    expect(startPrice).toBeLessThan(from.startPrice as number);
    expect(endPrice - startPrice).toBeCloseTo(
      (from.endPrice as number) - (from.startPrice as number),
      6,
    );
    const barsBetween = async (a: number, b: number) =>
      (
        await sql`select count(*)::int from candles where chart_id = ${id}
          and time between to_timestamp(${a}) and to_timestamp(${b})`
      )[0]?.count;
    expect(await barsBetween(startTime, endTime)).toBe(
      await barsBetween(from.startTime as number, from.endTime as number),
    );
    const [found] = await sql`select count(*)::int as candles from candles
      where chart_id = ${id} and time in (to_timestamp(${startTime}), to_timestamp(${endTime}))`;
    expect(found?.candles).toBe(2);
  });

  await test.step('reshaped by a handle, undone twice', async () => {
    await drag(page, place(0.7, 0.52), place(0.8, 0.3));
    await saved(page);
    const { geometry } = first(await drawings());
    expect(geometry.endPrice).toBeGreaterThan(from.endPrice as number);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await saved(page);
    expect((await drawings())[0]?.geometry).toEqual(from);
    await page.keyboard.press('Control+z');
    await saved(page);
    expect(await drawings()).toHaveLength(0);
    await expect(rows(other)).toHaveCount(0);
    await page.keyboard.press('Control+Shift+z');
    await saved(page);
    await expect(rows(other)).toHaveCount(1);
  });
  await other.close();
  await sql.end();
});

test('a rectangle is drawn by two clicks, shown at every timeframe, exported and erased', async ({
  page,
  app,
}) => {
  test.slow();
  // Browsers without a picker save by download alone.
  await page.addInitScript(() => {
    Object.defineProperty(window, 'showSaveFilePicker', { value: undefined });
  });
  const id = await openChart(page, app.url, 'rectangle', WEEKDAYS);
  const { sql, drawings } = await openDatabase(app.databaseUrl, id);
  const place = await placesOn(page);
  await page.keyboard.press('r');
  for (const corner of [place(0.35, 0.3), place(0.6, 0.6)]) {
    await page.mouse.click(corner.x, corner.y);
  }
  await page.keyboard.press('v');
  await saved(page);
  const [drawn] = await drawings();
  expect(drawn?.type).toBe('rectangle');
  await expect(page.getByRole('region', { name: 'Rectangle' })).toBeVisible();
  await page.screenshot({ path: `${SHOTS}/rectangle-light.png` });
  await page.getByRole('button', { name: 'Dark theme' }).click();
  await page.screenshot({ path: `${SHOTS}/rectangle-dark.png` });

  await test.step('its corners reshape it by time and price apart', async () => {
    await page.keyboard.down('Shift');
    await drag(page, place(0.35, 0.6), place(0.3, 0.66));
    await page.keyboard.up('Shift');
    await saved(page);
    const { geometry } = first(await drawings());
    const before = drawn?.geometry as Record<string, number>;
    expect(geometry.startTime).toBeLessThan(before.startTime as number);
    expect(geometry.startPrice).toBe(before.startPrice);
    expect(geometry.endTime).toBe(before.endTime);
    expect(geometry.endPrice).toBeLessThan(before.endPrice as number);
  });

  for (const timeframe of ['1W', '1M', '1D']) {
    await page.getByRole('button', { name: `Bars of ${timeframe}` }).click();
    await settled(page);
    await rows(page).first().click();
    await expect(async () => expect(await isOverDrawing(page), timeframe).toBe(true)).toPass();
    await page.screenshot({ path: `${SHOTS}/rectangle-${timeframe}.png` });
  }

  await test.step('exported with its corners', async () => {
    await page.getByRole('button', { name: 'Export candles and labels' }).click();
    await page.getByRole('radio', { name: /^Points CSV/ }).check();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export', exact: true }).last().click();
    const path = test.info().outputPath('points.csv');
    await (await downloading).saveAs(path);
    const [stored] = await drawings();
    expect(await readFile(path, 'utf8')).toContain(String(stored?.geometry.endPrice));
    await page.keyboard.press('Escape');
  });

  await page.keyboard.press('x');
  const at = await drawingPlace(page);
  if (!at) throw new Error('the rectangle is not on the chart');
  await page.mouse.click(at.x, at.y);
  await saved(page);
  expect(await drawings()).toHaveLength(0);
  await sql.end();
});

test('a level is drawn by a click, dragged, and shown wherever its price is', async ({
  page,
  app,
}) => {
  const id = await openChart(page, app.url, 'level', WEEKDAYS);
  const { sql, drawings } = await openDatabase(app.databaseUrl, id);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByRole('tab', { name: /Drawings/ }).click();
  await page.bringToFront();
  const place = await placesOn(page);
  const priceOf = async () => {
    const { geometry } = first(await drawings());
    expect(geometry.startPrice).toBe(geometry.endPrice);
    return geometry.startPrice ?? 0;
  };

  await page.keyboard.press('Shift+L');
  await page.keyboard.down('Shift');
  await page.mouse.click(place(0.5, 0.4).x, place(0.5, 0.4).y);
  await page.keyboard.up('Shift');
  await page.keyboard.press('v');
  await saved(page);
  expect(first(await drawings()).type).toBe('level');
  const drawn = await priceOf();
  const level = page.getByRole('region', { name: 'Level' });
  await expect(level.getByRole('textbox', { name: 'Price' })).toHaveValue(drawn.toFixed(2));
  await expect(rows(other)).toContainText([drawn.toFixed(2)]);
  await page.screenshot({ path: `${SHOTS}/level-light.png` });

  await test.step('dragged far from where it was drawn, to a candle’s own price', async () => {
    await drag(page, place(0.8, 0.4), place(0.7, 0.3));
    await saved(page);
    const price = await priceOf();
    expect(price).toBeGreaterThan(drawn);
    await page.keyboard.press('Control+z');
    await saved(page);
    expect(await priceOf()).toBe(drawn);
    await page.keyboard.press('Control+Shift+z');
    await saved(page);
    expect(await priceOf()).toBe(price);
  });

  await page.getByRole('button', { name: 'Dark theme' }).click();
  for (const timeframe of ['1W', '1M', '1D']) {
    await page.getByRole('button', { name: `Bars of ${timeframe}` }).click();
    await settled(page);
    await page.screenshot({ path: `${SHOTS}/level-${timeframe}.png` });
    await expect(async () => expect(await levelPlace(page), timeframe).not.toBeNull()).toPass();
  }

  await page.keyboard.press('x');
  const at = await levelPlace(page);
  if (!at) throw new Error('the level is not on the chart');
  await page.mouse.click(at.x, at.y);
  await saved(page);
  expect(await drawings()).toHaveLength(0);
  await expect(rows(other)).toHaveCount(0);
  await other.close();
  await sql.end();
});

/** Where the pointer finds a drawing: the cursor tells. */
async function drawingPlace(page: Page): Promise<Place | null> {
  const place = await placesOn(page);
  for (let y = 0.15; y < 0.7; y += 0.03) {
    for (let x = 0.02; x < 0.9; x += 0.012) {
      const at = place(x, y);
      await page.mouse.move(at.x, at.y);
      if ((await cursorOf(page)) === 'pointer') return at;
    }
  }
  return null;
}

const cursorOf = (page: Page) =>
  page
    .getByTestId('chart')
    .evaluate((chart) =>
      [chart, ...chart.querySelectorAll<HTMLElement>('*')]
        .map((each) => (each as HTMLElement).style.cursor)
        .find((css) => css !== '' && css !== 'crosshair'),
    );

/** A level runs across the chart, so that it is looked for from top to bottom. */
async function levelPlace(page: Page): Promise<Place | null> {
  const place = await placesOn(page);
  for (let y = 0.1; y < 0.75; y += 0.006) {
    const at = place(0.2, y);
    await page.mouse.move(at.x, at.y);
    if ((await cursorOf(page)) === 'ns-resize') return at;
  }
  return null;
}

const isOverDrawing = async (page: Page) => (await drawingPlace(page)) !== null;

test('points snap to open, high, low or close, unless Shift is held', async ({ page, app }) => {
  const id = await openChart(page, app.url, 'snap', WEEKDAYS);
  const { sql, drawings } = await openDatabase(app.databaseUrl, id);
  const place = await placesOn(page);
  const isSnapped = async () => {
    const all = await drawings();
    const found = await Promise.all(
      all.map(async ({ geometry: { startTime = 0, startPrice = 0 } }) => {
        const [candle] = await sql`select open, high, low, close from candles
          where chart_id = ${id} and time = to_timestamp(${startTime})`;
        return Object.values(candle ?? {}).includes(startPrice);
      }),
    );
    return found;
  };
  for (let at = 0; at < 8; at++) {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('l');
    await drag(page, place(0.5, 0.2 + at * 0.05), place(0.8, 0.2 + at * 0.05));
  }
  await saved(page);
  expect(await isSnapped()).toContain(true);
  for (let at = 0; at < 8; at++) await page.keyboard.press('Control+z');
  await saved(page);
  expect(await drawings()).toHaveLength(0);
  for (let at = 0; at < 8; at++) {
    await drawFree(page, 'l', place(0.5, 0.2 + at * 0.05), place(0.8, 0.2 + at * 0.05));
  }
  await saved(page);
  expect(await isSnapped()).not.toContain(true);
  await sql.end();
});

test('lines and rectangles of an old database show as what they are, and move whole', async ({
  page,
  app,
}) => {
  const id = await openChart(page, app.url, 'old', WEEKDAYS);
  const { sql, drawings } = await openDatabase(app.databaseUrl, id);
  const at = (day: string) => Date.parse(day) / 1000;
  const geometry = {
    startTime: at('2019-11-05'),
    startPrice: 130,
    endTime: at('2019-10-14'),
    endPrice: 122,
  };
  await sql`insert into annotations (uid, chart_id, time, label_type, geometry, rev) values
    (gen_random_uuid(), ${id}, '2019-10-20', 'line', ${sql.json({ ...geometry, drawnWith: 'old' })}, 1),
    (gen_random_uuid(), ${id}, '2019-10-21', 'of no type', ${sql.json(geometry)}, 1),
    (gen_random_uuid(), ${id}, '2019-11-20', 'rectangle',
      ${sql.json({ ...geometry, startTime: at('2019-12-02'), endTime: at('2019-11-15') })}, 1)`;
  await page.reload();
  await page.getByRole('tab', { name: /Drawings/ }).click();
  await expect(rows(page)).toHaveCount(3);
  await expect(page.getByText('2 lines · 1 rectangle')).toBeVisible();
  await expect(rows(page).first()).toContainText('14 Oct – 5 Nov 2019 · 122.00 → 130.00');
  await rows(page).first().click();
  await expect(page.getByRole('region', { name: 'Line' })).toBeVisible();
  await expect(async () => expect(await drawingPlace(page)).not.toBeNull()).toPass();
  await page.screenshot({ path: `${SHOTS}/old.png` });
  const middle = await drawingPlace(page);
  if (!middle) throw new Error('the line is not on the chart');
  await drag(page, middle, { x: middle.x + 60, y: middle.y + 40 });
  await saved(page);
  const moved = (await drawings()).filter(
    (row) => JSON.stringify(row.geometry.startPrice) !== '130',
  );
  expect(moved).toHaveLength(1);
  const { geometry: now, time } = first(moved);
  expect(now.startTime).toBeGreaterThan(geometry.startTime);
  expect(now.endTime).toBeGreaterThan(geometry.endTime);
  expect((now.startPrice as number) - (now.endPrice as number)).toBeCloseTo(8, 6);
  expect(time).toBe(now.startTime);
  await sql.end();
});
