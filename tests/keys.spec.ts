import postgres from 'postgres';
import { expect, type Page, test } from './support/app';
import { drag, drawSpan, nameOfChart, openChart, placesOn, saved, WEEKDAYS } from './support/chart';
import { hold } from './support/hold';

const spans = (page: Page) => page.getByRole('listbox', { name: 'Spans' }).getByRole('option');

/** So that the keys below go back to a tile that is neither shown nor loaded ahead. */
const DAYS = 4_350;
const LAST_DAY = '2020-02-29';
/** From the newest bar far back, then a span of twelve times ten bars with the second label. */
const KEYS = [
  'End',
  ...Array.from({ length: 140 }, () => 'Shift+ArrowLeft'),
  's',
  ...Array.from({ length: 12 }, () => 'Shift+ArrowRight'),
  '2',
  'e',
];

test('keys typed at once over a slow connection make the span that they make when typed slowly', async ({
  page,
  app,
}) => {
  const id = await openChart(page, app.url, 'slow keys', DAYS);
  const sql = postgres(app.databaseUrl, { max: 1 });
  const stored = () => sql<{ start: Date; end: Date; label: string; bars: number }[]>`
    select start_time as start, end_time as end, label, (
      select count(*)::int from candles
      where chart_id = ${id} and time between start_time and end_time
    ) as bars from span_annotations where chart_id = ${id} order by id`;
  // A bar under the pointer would be where the cursor begins.
  await page.mouse.move(0, 0);
  const cursor = page.getByText(/^Cursor /);
  for (const key of KEYS) {
    const before = key.includes('Arrow') ? await cursor.innerText() : null;
    await page.keyboard.press(key);
    if (before !== null) await expect(cursor).not.toHaveText(before);
  }
  await saved(page);
  await expect(spans(page)).toHaveCount(1);
  // What is in view is read with the page: that is not where the keys are to lead.
  await page.keyboard.press('End');
  await expect(page.getByText(`Cursor ${LAST_DAY}`)).toBeVisible();
  await expect(page).toHaveURL(/from=(2019|2020)-/);
  await page.reload();
  await expect(page.getByTestId('legend')).toContainText('Vol');
  const asked = page.waitForRequest('**/api/trpc/candles.*');
  const release = await hold(page, '**/api/trpc/candles.*');
  for (const key of KEYS) await page.keyboard.press(key);
  await asked;
  await expect(spans(page)).toHaveCount(1);
  release();
  await expect(spans(page)).toHaveCount(2);
  await saved(page);
  const [slowly, atOnce] = await stored();
  expect(slowly?.bars).toBe(121);
  expect(atOnce).toEqual(slowly);
  await sql.end();
});

test('with the mouse in hand a digit says what is dragged next, and a key ends what is drawn', async ({
  page,
  app,
}) => {
  const id = await openChart(page, app.url, 'mouse in hand', WEEKDAYS);
  const at = await placesOn(page);
  const sql = postgres(app.databaseUrl, { max: 1 });
  const stored = () => sql<{ label: string; bars: number }[]>`
    select label, (select count(*)::int from candles
      where chart_id = ${id} and time between start_time and end_time) as bars
    from span_annotations where chart_id = ${id} order by id`;
  await page.mouse.move(at(0.5, 0.6).x, at(0.5, 0.6).y);
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByText(/^Cursor/)).toBeVisible();
  await page.mouse.move(at(0.3, 0.6).x, at(0.3, 0.6).y, { steps: 4 });
  await page.keyboard.press('s');
  await expect(page.getByText(/^Drawing \d/)).toBeVisible();
  await page.keyboard.press('2');
  await expect(page.getByRole('button', { name: /Bear flag/, pressed: true })).toBeVisible();
  await drag(page, at(0.3, 0.6), at(0.4, 0.6));
  await saved(page);
  await expect(spans(page)).toHaveCount(1);
  const [dragged] = await stored();
  expect(dragged?.label).toBe('bear_flag');
  expect(dragged?.bars).toBeGreaterThan(5);

  // What the pointer has drawn on from the bar cursor is what a key ends.
  await page.keyboard.press('v');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('s');
  await page.keyboard.press('ArrowLeft');
  await page.mouse.move(at(0.1, 0.6).x, at(0.1, 0.6).y, { steps: 4 });
  const said = await page.getByText(/^Drawing \d+ bars/).innerText();
  await page.keyboard.press('3');
  await expect(spans(page)).toHaveCount(2);
  await saved(page);
  const [, ended] = await stored();
  expect(`Drawing ${ended?.bars} bars (1D)`).toBe(said);
  expect(ended?.label).toBe('head_and_shoulders');
  await sql.end();
});

test('hidden annotations are said to be hidden, and shown again for who draws', async ({
  page,
  app,
}) => {
  await openChart(page, app.url, 'hidden', WEEKDAYS);
  const said = page.getByText('Annotations are hidden');
  await drawSpan(page);
  await page.keyboard.press('h');
  await expect(said).toBeVisible();
  await page.screenshot({ path: 'test-results/screenshots/annotations-hidden.png' });
  await page.keyboard.press('h');
  await expect(said).toBeHidden();
  const at = await placesOn(page);
  for (const key of ['s', 'b']) {
    await page.keyboard.press('h');
    await expect(said).toBeVisible();
    await page.keyboard.press(key);
    if (key === 's') await drag(page, at(0.2, 0.6), at(0.3, 0.6));
    else await page.mouse.click(at(0.8, 0.6).x, at(0.8, 0.6).y);
    await expect(said, key).toBeHidden();
  }
  await saved(page);
});

test('a key that waits for a silent server says so and can be dropped', async ({ page, app }) => {
  await openChart(page, app.url, 'silent', DAYS);
  await page.route('**/api/trpc/candles.*', () => {});
  for (const key of KEYS) await page.keyboard.press(key);
  await expect(page.getByText('commands wait for the server')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText('wait for the server')).toHaveCount(0);
  await page.keyboard.press('x');
  await expect(page.getByRole('button', { name: 'Eraser' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
});

test('a tool’s key keeps the tool, a click on its button puts it away', async ({ page, app }) => {
  await openChart(page, app.url, 'tools');
  const button = page.getByRole('button', { name: 'Eraser' });
  await page.keyboard.press('x');
  await page.keyboard.press('x');
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'false');
});

test('an arrow that is held goes faster and faster', async ({ page, app }) => {
  await openChart(page, app.url, 'held', WEEKDAYS);
  await page.keyboard.press('End');
  await expect(page.getByText('Cursor 2019-12-31')).toBeVisible();
  // The first press, nine at its speed, and ten at three times that.
  for (let times = 0; times < 20; times++) await page.keyboard.down('ArrowLeft');
  await page.keyboard.up('ArrowLeft');
  // 40 weekdays before.
  await expect(page.getByText('Cursor 2019-11-05')).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByText('Cursor 2019-11-04')).toBeVisible();
});

test('undo outlives a look at another chart', async ({ page, app }) => {
  const first = await openChart(page, app.url, 'undo here');
  const name = await page.getByTestId('legend').locator('span').first().innerText();
  await openChart(page, app.url, 'looked at');
  const other = await page.getByTestId('legend').locator('span').first().innerText();
  const change = async (from: string, to: string) => {
    await page.getByRole('button', { name: from }).click();
    await page.getByRole('menuitem', { name: to }).click();
    await expect(page.getByTestId('legend')).toContainText(to);
    await expect(page.getByTestId('legend')).toContainText('Vol');
  };
  await change(other, name);
  expect(page.url()).toContain(`/charts/${first}`);
  await drawSpan(page);
  await saved(page);
  await change(name, other);
  await change(other, name);
  await saved(page);
  await expect(spans(page)).toHaveCount(1);
  await page.keyboard.press('Control+z');
  await expect(spans(page)).toHaveCount(0);
  await saved(page);
});

test('undo takes back the last change wherever it was made, and says where', async ({
  page,
  app,
}) => {
  const first = await openChart(page, app.url, 'first');
  const firstName = await nameOfChart(page);
  const second = await openChart(page, app.url, 'second');
  const secondName = await nameOfChart(page);
  const sql = postgres(app.databaseUrl, { max: 1 });
  const counts = async () => {
    await saved(page);
    const rows = await sql<{ chart: number; count: number }[]>`
      select chart_id as chart, count(*)::int as count from span_annotations
      where chart_id in (${first}, ${second}) group by 1`;
    return [first, second].map((id) => rows.find(({ chart }) => chart === id)?.count ?? 0);
  };
  const goTo = async (name: string) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').fill(`Open ${name}`);
    // The charts are asked for once the search is open.
    await expect(page.getByRole('option', { name: `Open ${name}` }).first()).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('legend')).toContainText(name);
    await expect(page.getByTestId('legend')).toContainText('Vol');
  };
  await drawSpan(page);
  expect(await counts()).toEqual([0, 1]);
  await goTo(firstName);
  await drawSpan(page);
  expect(await counts()).toEqual([1, 1]);

  await goTo(secondName);
  await page.keyboard.press('Control+z');
  await expect(page.getByText(`Taken back on ${firstName}.`)).toBeVisible();
  await expect.poll(counts).toEqual([0, 1]);
  await expect(spans(page)).toHaveCount(1);
  await page.keyboard.press('Control+z');
  await expect(spans(page)).toHaveCount(0);
  await expect.poll(counts).toEqual([0, 0]);
  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled();

  await page.keyboard.press('Control+Shift+z');
  await expect(spans(page)).toHaveCount(1);
  await page.keyboard.press('Control+Shift+z');
  await expect(page.getByText(`Done again on ${firstName}.`)).toBeVisible();
  await expect.poll(counts).toEqual([1, 1]);
  await sql.end();
});
