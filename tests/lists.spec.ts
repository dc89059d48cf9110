import postgres from 'postgres';
import { expect, test } from './support/app';
import { drawSpan, openChart, saved, WEEKDAYS } from './support/chart';

test('spans are filtered, sorted by what their candles say, and the next unlabelled bar is a key away', async ({
  page,
  app,
}) => {
  const chartId = await openChart(page, app.url, 'lists', WEEKDAYS);
  const sql = postgres(app.databaseUrl, { max: 1, onnotice: () => {} });
  const times = await sql<{ time: Date }[]>`
    select time from candles where chart_id = ${chartId} order by time`;
  const at = (bar: number) => times[bar]?.time ?? new Date(0);
  for (const [from, to, source, confidence] of [
    [40, 44, 'human', 3],
    [60, 99, 'talib', null],
    [200, 209, 'human', 5],
  ] as const) {
    await sql`
      insert into span_annotations (uid, chart_id, start_time, end_time, label, source, confidence, rev, created_by)
      values (gen_random_uuid(), ${chartId}, ${at(from)}, ${at(to)}, 'bull_flag', ${source}, ${confidence}, 0, 'local')`;
  }
  await sql.end();
  await page.reload();
  const rows = page.getByRole('listbox', { name: 'Spans' }).getByRole('option');
  await expect(rows).toHaveCount(3);

  const filter = async (name: string, value: string) => {
    await page.getByRole('button', { name: /^More filters/ }).click();
    const popover = page.getByRole('dialog', { name: 'Filters' });
    const field = popover.getByLabel(name);
    if (name === 'From' || name === 'To') await field.fill(value);
    else await field.selectOption(value);
    await page.screenshot({ path: 'test-results/screenshots/span-filters.png' });
    await page.keyboard.press('Escape');
    await expect(popover).toBeHidden();
  };
  const count = (expected: number) => expect(rows).toHaveCount(expected);
  await filter('Source', 'talib');
  await count(1);
  await filter('Source', '');
  await filter('Confidence', 'none');
  await count(1);
  await filter('Confidence', '');
  await filter('Author', 'local');
  await count(3);
  await filter('From', at(150).toISOString().slice(0, 10));
  await count(1);
  await filter('From', '');
  await count(3);

  await page.getByRole('button', { name: 'Table of measures' }).click();
  await page.getByRole('button', { name: 'Sort by bars' }).click();
  await expect(rows.first()).toContainText(/40\d+\.\d/);
  await expect(rows.last()).toContainText(/5\d+\.\d/);
  await page.getByRole('button', { name: 'Sort by bars, largest first' }).click();
  await expect(rows.last()).toContainText(/40\d+\.\d/);
  await page.screenshot({ path: 'test-results/screenshots/span-table.png' });

  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+U');
  const day = (bar: number) => at(bar).toISOString().slice(0, 10);
  await expect(page.getByText(`Cursor ${day(45)}`)).toBeVisible();
  await page.keyboard.press('Shift+U');
  await expect(page.getByText(`Cursor ${day(100)}`)).toBeVisible();
  await page.keyboard.press('Shift+U');
  await page.keyboard.press('Shift+U');
  await expect(page.getByText('No bar after the cursor is without a span')).toBeVisible();
});

test('the history of a span says who changed what, and an earlier version comes back', async ({
  page,
  app,
}) => {
  await openChart(page, app.url, 'history');
  await page.keyboard.press('1');
  await drawSpan(page);
  await page.keyboard.press('2');
  await saved(page);
  await page.keyboard.press('Alt+4');
  await saved(page);
  await page.keyboard.press('Shift+H');
  const dialog = page.getByRole('dialog', { name: 'History' });
  const versions = dialog.getByRole('list', { name: 'Versions' }).getByRole('listitem');
  await expect(versions.first()).toContainText('changed it');
  await expect(versions.first()).toContainText('– → 4');
  await expect(versions.last()).toContainText('made it');
  await page.screenshot({ path: 'test-results/screenshots/history.png' });
  await versions.last().getByRole('button', { name: 'Restore' }).click();
  await expect(dialog).toBeHidden();
  const rows = page.getByRole('listbox', { name: 'Spans' }).getByRole('option');
  await expect(rows.getByRole('img', { name: 'confidence 4 of 5' })).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(rows.getByRole('img', { name: 'confidence 4 of 5' })).toBeVisible();
});

test('the chart is looked at as it was after a revision, changes nothing there, and comes back', async ({
  page,
  app,
}) => {
  const chartId = await openChart(page, app.url, 'as of');
  await drawSpan(page);
  await saved(page);
  await page.keyboard.press('Delete');
  await saved(page);
  const rows = page.getByRole('listbox', { name: 'Spans' }).getByRole('option');
  await expect(rows).toHaveCount(0);
  const offer = page.getByText('bars as examined?');
  await expect(offer).toBeVisible();
  await page.keyboard.press('Alt+h');
  const list = page.getByRole('list', { name: 'Revisions' });
  await expect(list.getByRole('listitem')).toHaveCount(2);
  await page.getByRole('button', { name: 'Look at revision 1' }).click();
  await expect(page.getByText('As it was after revision 1,')).toBeVisible();
  await expect(rows).toHaveCount(1);
  await expect(offer).toBeHidden();
  await page.screenshot({ path: 'test-results/screenshots/as-of.png' });
  // Neither a key nor the mouse changes anything.
  await rows.first().click();
  await page.keyboard.press('3');
  await page.keyboard.press('Delete');
  await page.keyboard.press('k');
  await page.keyboard.press('Control+z');
  await expect(page.getByText('Go back to now first')).toBeVisible();
  await drawSpan(page);
  await expect(rows).toHaveCount(1);
  await expect(page.getByTestId('save-state')).toHaveText('All changes saved');
  await page.getByRole('button', { name: 'Back to now' }).click();
  await expect(rows).toHaveCount(0);
  await expect(offer).toBeVisible();
  const sql = postgres(app.databaseUrl, { max: 1, onnotice: () => {} });
  const [{ rev } = { rev: null }] = await sql`select rev::int from charts where id = ${chartId}`;
  await sql.end();
  expect(rev).toBe(2);
});
