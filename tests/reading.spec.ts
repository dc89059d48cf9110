import { readFile } from 'node:fs/promises';
import postgres from 'postgres';
import { expect, type Page, test } from './support/app';
import { drag, openChart, openSample, placesOn, saved, WEEKDAYS } from './support/chart';

const SHOTS = 'test-results/reading';
/** The up colour of the dark theme. */
const UP = [47, 184, 162];

test.use({ colorScheme: 'dark' });

/** The first row of the price axis that has so much of a colour, in CSS pixels from the chart's top; null where none has. */
const axisRowOf = (page: Page, color: number[]) =>
  page.evaluate((wanted) => {
    const cell = document.querySelector('[data-testid=chart] tr td:last-child');
    const canvas = cell?.querySelector('canvas');
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return null;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    for (let row = 0; row < canvas.height; row++) {
      let count = 0;
      for (let at = row * canvas.width * 4; at < (row + 1) * canvas.width * 4; at += 4) {
        if (wanted.every((channel, offset) => data[at + offset] === channel)) count++;
      }
      if (count > canvas.width / 4) return row / devicePixelRatio;
    }
    return null;
  }, color);

test('the last price keeps a tag on the axis, at its edge when the price is off it', async ({
  page,
  app,
}) => {
  // What rises all the time ends at the top.
  const rising = WEEKDAYS.map((row, at) => {
    const open = 100 + at;
    return `${row.split(',')[0]},${open},${open + 2},${open - 1},${open + 1},5\n`;
  });
  await openChart(page, app.url, 'last price', rising);
  await expect.poll(() => axisRowOf(page, UP)).toBeGreaterThan(30);
  const { x, y } = (await placesOn(page))(0.5, 0.5);
  await page.mouse.move(x, y);
  await page.mouse.wheel(-9_000, 0);
  await expect.poll(() => axisRowOf(page, UP)).toBeLessThan(8);
  await page.screenshot({ path: `${SHOTS}/last-price.png` });
});

test('what lies between two points is measured and never stored', async ({ page, app }) => {
  const days = Array.from({ length: 60 }, (_, at) => {
    const date = new Date(Date.UTC(2020, 0, 1 + at)).toISOString().slice(0, 10);
    return `${date},${100 + at},${102 + at},${99 + at},${101 + at},10\n`;
  });
  await openChart(page, app.url, 'measure', days);
  const place = await placesOn(page);
  const measured = page.getByRole('status').filter({ hasText: 'Measured' });

  // From the close of the last day to that of the eleventh before.
  await page.mouse.move(0, 0);
  await page.keyboard.press('End');
  await page.keyboard.press('m');
  await page.keyboard.press('Shift+ArrowLeft');
  await expect(measured).toHaveText('Measured −10 · −6.25% · −10 bars · 10 days · Vol 110');
  await page.keyboard.press('Escape');
  await expect(measured).toBeHidden();
  await expect(page.getByRole('button', { name: 'Measure', exact: true })).toHaveAttribute(
    'aria-pressed',
    'true',
  );

  await page.keyboard.down('Shift');
  await drag(page, place(0.3, 0.6), place(0.6, 0.3));
  await page.keyboard.up('Shift');
  await expect(measured).toContainText(/Measured \+.* · \+.*% · \d+ bars · \d+ days · Vol/);
  const text = await measured.textContent();
  await page.mouse.move(place(0.2, 0.5).x, place(0.2, 0.5).y);
  await page.screenshot({ path: `${SHOTS}/measure.png` });
  expect(await measured.textContent()).toBe(text);
  await page.keyboard.press('v');
  await expect(measured).toBeHidden();
  await saved(page);
  await expect(page.getByRole('tab', { name: 'Drawings 0' })).toBeVisible();
});

test('the wheel over the price axis scales prices, a double click lets them follow again', async ({
  page,
  app,
}) => {
  await openChart(page, app.url, 'price axis', WEEKDAYS);
  const { x, y } = (await placesOn(page))(0.97, 0.8);
  for (const scale of ['linear', 'logarithmic']) {
    if (scale === 'logarithmic') {
      await page.getByRole('button', { name: 'Logarithmic price scale' }).click();
    }
    await expect.poll(() => axisRowOf(page, UP)).not.toBeNull();
    const before = (await axisRowOf(page, UP)) ?? 0;
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, 240);
    await page.mouse.wheel(0, 240);
    await expect.poll(() => axisRowOf(page, UP), scale).toBeGreaterThan(before + 20);
    await page.mouse.dblclick(x, y);
    await expect.poll(() => axisRowOf(page, UP), scale).toBe(before);
  }
});

test('candles, colours and a picture are as a person chose', async ({ page, app }) => {
  await openChart(page, app.url, 'look', WEEKDAYS);
  const run = async (words: string) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').fill(words);
    await page.keyboard.press('Enter');
  };
  await run('hollow');
  await run('colour blindness');
  const safe = [86, 180, 233];
  await expect.poll(() => axisRowOf(page, safe)).not.toBeNull();
  await page.reload();
  await expect.poll(() => axisRowOf(page, safe)).not.toBeNull();
  await expect(page.locator('html')).toHaveAttribute('data-candles', 'hollow');
  await page.screenshot({ path: `${SHOTS}/safe-hollow.png` });

  const saving = page.waitForEvent('download');
  await page.keyboard.press('Control+Shift+s');
  const download = await saving;
  expect(download.suggestedFilename()).toMatch(/^look .* 1D .* 2019\.png$/);
  const picture = await readFile(await download.path());
  expect(picture.subarray(1, 4).toString()).toBe('PNG');
  const box = await page.getByTestId('chart').boundingBox();
  expect(picture.readUInt32BE(16)).toBe(box?.width);
  expect(picture.readUInt32BE(20)).toBe(box?.height);
});

test('lanes have room above the prices, and the seventh folds into “+n”', async ({ page, app }) => {
  const id = await openChart(page, app.url, 'lanes', WEEKDAYS);
  const sql = postgres(app.databaseUrl, { max: 1 });
  for (let at = 0; at < 9; at++) {
    await sql`insert into span_annotations (uid, chart_id, start_time, end_time, label, rev)
      values (gen_random_uuid(), ${id}, '2019-10-01'::timestamptz + ${at} * interval '1 day',
        '2019-11-29', 'bull_flag', 1)`;
  }
  await sql.end();
  await page.reload();
  await expect(page.getByRole('tab', { name: 'Spans 9' })).toBeVisible();
  // Candles are drawn, so that pills have places.
  await expect(page.getByTestId('legend')).toContainText('Vol');
  await page.keyboard.press('Control+.');
  const list = page.getByRole('list', { name: '3 folded annotations' });
  await expect(list.getByRole('button')).toHaveCount(3);
  await expect(list.getByRole('button').first()).toBeFocused();
  await page.screenshot({ path: `${SHOTS}/lanes.png` });
  const box = await list.boundingBox();
  await page.keyboard.press('Escape');
  await expect(list).toBeHidden();

  // By the pointer: over the pill it opens, and away from it it closes.
  await page.mouse.move((box?.x ?? 0) + 12, (box?.y ?? 0) - 10);
  await expect(list).toBeVisible();
  await page.mouse.move((box?.x ?? 0) + 12, (box?.y ?? 0) + 300);
  await expect(list).toBeHidden();
  await page.keyboard.press('Control+.');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Selected 39 bars')).toBeVisible();
});

test('a pill says what it is on hover, opens on a double click, and has a menu', async ({
  page,
  app,
}) => {
  const id = await openChart(page, app.url, 'menu', WEEKDAYS);
  const sql = postgres(app.databaseUrl, { max: 1 });
  await sql`insert into span_annotations
    (uid, chart_id, start_time, end_time, label, confidence, notes, rev, created_by) values
    (gen_random_uuid(), ${id}, '2019-10-01', '2019-11-29', 'bull_flag', 4, 'Tight, on low volume', 1, 'local')`;
  await page.reload();
  await expect(page.getByRole('tab', { name: 'Spans 1' })).toBeVisible();
  const row = page.getByRole('listbox', { name: 'Spans' }).getByRole('option');
  await expect(row.or(page.getByText('44 bars (1D)'))).not.toHaveCount(0);
  const { x } = (await placesOn(page))(0.68, 0);
  const y = (await placesOn(page))(0, 0).y + 34 + 9;

  await page.mouse.move(x, y);
  await page.mouse.move(x + 2, y);
  const card = page.getByRole('tooltip');
  await expect(card).toContainText('Bull flag');
  await expect(card).toContainText('44 bars (1D)');
  await expect(card).toContainText('Confidence 4 of 5');
  await expect(card).toContainText('by Local user');
  await expect(card).toContainText('Tight, on low volume');
  await page.screenshot({ path: `${SHOTS}/hover-card.png` });

  await page.mouse.click(x, y, { button: 'right' });
  const menu = page.getByRole('menu');
  await expect(menu.getByRole('menuitem', { name: 'Zoom to what is selected' })).toBeVisible();
  await page.screenshot({ path: `${SHOTS}/menu.png` });
  await page.keyboard.press('Escape');
  await expect(menu).toBeHidden();
  await expect(page.getByRole('region', { name: 'Span' })).toBeVisible();

  // By key: of what is selected, then of the chart.
  await page.keyboard.press('Shift+F10');
  await menu.getByRole('menuitem', { name: 'Delete what is selected' }).press('Enter');
  await expect(page.getByRole('tab', { name: 'Spans 0' })).toBeVisible();
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+F10');
  await expect(menu.getByRole('menuitem', { name: /^Measure/ })).toBeVisible();
  await page.keyboard.press('Escape');

  // The address follows a third of a second after.
  await expect(page).not.toHaveURL(/selected=/);
  const before = new URL(page.url()).search;
  await page.mouse.dblclick(x, y);
  await expect(page.getByRole('region', { name: 'Span' })).toBeVisible();
  await expect.poll(() => new URL(page.url()).search).not.toBe(before);
  await sql.end();
});

test('indicators are drawn, read at the cursor and kept for the chart', async ({ page, app }) => {
  await openSample(page, app.url, 'averages');
  await page.getByRole('button', { name: 'Indicators', exact: true }).click();
  for (const name of ['SMA 50', 'RSI 14', 'MACD 12 26 9']) {
    await page.getByRole('menuitemcheckbox', { name, exact: true }).click();
  }
  await page.keyboard.press('Escape');
  const legend = page.getByTestId('indicators');
  // Of the sample's last day, as TA-Lib has them.
  await page.mouse.move(0, 0);
  await expect(legend).toContainText('SMA 50 2,863.09');
  await expect(legend).toContainText('RSI 14 57.36');
  await expect(legend).toContainText('MACD 12 26 9 16.40 −35.49 51.89');
  await page.screenshot({ path: `${SHOTS}/indicators.png` });

  // From the middle of the history, read with no more than a warm-up before it.
  await page.keyboard.press('Control+g');
  await page.getByRole('dialog').getByRole('textbox').fill('2012-05-07');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Cursor 2012-05-07')).toBeVisible();
  await expect(legend).toContainText('SMA 50 1,386.71');
  await expect(legend).toContainText('RSI 14 42.94');
  await page.reload();
  await expect(legend).toContainText('RSI 14');
  // The address follows a moment later.
  await expect
    .poll(() => new URL(page.url()).searchParams.get('indicators'))
    .toBe('sma50,rsi14,macd');
  // Prices, volume, and two panes of their own, each with a line under it.
  await expect(page.locator('[data-testid=chart] tr')).toHaveCount(8);
  await page.keyboard.press('f');
  await expect(legend).toContainText('zoom in');
});

test('days are told apart, and gaps are marked on the time axis', async ({ page, app }) => {
  const minutes = (date: string) =>
    Array.from({ length: 60 }, (_, at) => {
      const time = new Date(Date.parse(`${date}T10:00:00Z`) + at * 60_000).toISOString();
      return `${time.slice(0, 19).replace('T', ' ')},10,12,9,11,100\n`;
    });
  // Half an hour is missing in the middle of the second day.
  const [first, second] = [minutes('2019-06-03'), minutes('2019-06-04')];
  await openChart(page, app.url, 'breaks', [...first, ...second.slice(0, 20), ...second.slice(50)]);
  const warning = [232, 179, 57];
  const marked = () =>
    page.evaluate((wanted) => {
      const axis = document.querySelector('[data-testid=chart] tr:last-child canvas');
      if (!(axis instanceof HTMLCanvasElement)) return 0;
      const data = axis.getContext('2d')?.getImageData(0, 5, axis.width, 6).data ?? [];
      let near = 0;
      for (let at = 0; at < data.length; at += 4) {
        if (wanted.every((channel, offset) => Math.abs(channel - (data[at + offset] ?? 0)) < 60))
          near++;
      }
      return near;
    }, warning);
  await expect.poll(marked).toBeGreaterThan(4);
  await page.screenshot({ path: `${SHOTS}/breaks.png` });
});
