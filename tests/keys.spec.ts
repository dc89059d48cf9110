import postgres from 'postgres';
import { expect, type Page, test } from './support/app';
import { drawSpan, openChart, saved } from './support/chart';

const spans = (page: Page) => page.getByRole('listbox', { name: 'Spans' }).getByRole('option');

/** So that the keys below go back to a tile that is neither shown nor loaded ahead. */
const DAYS = 4_350;
/** Far back from the newest bar, then a span of twelve times ten bars with the second label. */
const KEYS = [
  'ArrowLeft',
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
  test.setTimeout(180_000);
  const id = await openChart(page, app.url, 'slow keys', DAYS);
  const sql = postgres(app.databaseUrl, { max: 1 });
  const stored = () => sql<{ start: Date; end: Date; label: string; bars: number }[]>`
    select start_time as start, end_time as end, label, (
      select count(*)::int from candles
      where chart_id = ${id} and time between start_time and end_time
    ) as bars from span_annotations where chart_id = ${id} order by id`;
  // A bar under the pointer would be where the cursor begins.
  await page.mouse.move(0, 0);
  for (const key of KEYS) {
    await page.keyboard.press(key);
    await page.waitForTimeout(30);
  }
  await saved(page);
  await expect(spans(page)).toHaveCount(1);
  await page.reload();
  await expect(page.getByTestId('legend')).toContainText('Vol');
  let slow = 0;
  await page.route('**/api/trpc/candles.*', async (route) => {
    slow += 1;
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await route.continue();
  });
  for (const key of KEYS) await page.keyboard.press(key);
  await expect(spans(page)).toHaveCount(2, { timeout: 100_000 });
  await saved(page);
  const [slowly, atOnce] = await stored();
  expect(slowly?.bars).toBe(121);
  expect(atOnce).toEqual(slowly);
  expect(slow).toBeGreaterThan(0);
  await sql.end();
});

test('a key that waits for a silent server says so and can be dropped', async ({ page, app }) => {
  await openChart(page, app.url, 'silent', DAYS);
  await page.route('**/api/trpc/candles.*', () => {});
  for (const key of KEYS) await page.keyboard.press(key);
  await expect(page.getByText('commands wait for the server')).toBeVisible({ timeout: 10_000 });
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
