import { writeFile } from 'node:fs/promises';
import postgres from 'postgres';
import { importFile } from '../src/server/candles/import/import-file';
import { expect, test } from './support/app';
import { day, drawSpan, HEADER, nameOfChart, openChart, saved, WEEKDAYS } from './support/chart';

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
  await expect(page.getByText('1 of 3', { exact: true })).toBeVisible();
  await filter('Source', '');
  await filter('Confidence', 'none');
  await count(1);
  await filter('Confidence', '');
  await filter('Author', 'local');
  await count(3);
  await filter('From', at(150).toISOString().slice(0, 10));
  await count(1);
  await filter('From', 'now');
  await count(0);
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

test('the span that is selected stays in sight in the list while what stands above grows', async ({
  page,
  app,
}) => {
  const chartId = await openChart(page, app.url, 'in sight', WEEKDAYS);
  const sql = postgres(app.databaseUrl, { max: 1 });
  await sql`
    insert into span_annotations (uid, chart_id, start_time, end_time, label, rev, created_by)
    select gen_random_uuid(), ${chartId}, time, time + interval '3 days', 'bull_flag', 0, 'local'
    from candles where chart_id = ${chartId} and extract(isodow from time at time zone 'UTC') = 1
    order by time offset 5 limit 40`;
  await sql.end();
  await page.reload();
  await expect(page.getByTestId('legend')).toContainText('Vol');
  await expect(page.getByRole('tab', { name: /Spans/ })).toContainText('40');
  const selected = page
    .getByRole('listbox', { name: 'Spans' })
    .getByRole('option', { selected: true });
  // The first one makes the inspector, whose line on what came after comes later still.
  for (let times = 0; times < 25; times++) {
    await page.keyboard.press('n');
    await expect(page.getByText(/^In at/)).toBeVisible();
    await expect(selected).toBeInViewport({ ratio: 1 });
  }
  await page.keyboard.press('Escape');
  await expect(page.getByText('Nothing selected')).toBeVisible();
  await page.keyboard.press('n');
  await expect(page.getByText(/^In at/)).toBeVisible();
  await expect(selected).toBeInViewport({ ratio: 1 });
});

test('spans whose candles an import changes are asked for again, from Home until they are said to be right', async ({
  page,
  app,
}, testInfo) => {
  const chartId = await openChart(page, app.url, 'stale');
  const chartName = await nameOfChart(page);
  const date = (bar: number) => new Date(Date.UTC(2020, 0, 1 + bar)).toISOString().slice(0, 10);
  const sql = postgres(app.databaseUrl, { max: 1, onnotice: () => {} });
  for (const bar of [5, 15, 25]) {
    await sql`
      insert into span_annotations (uid, chart_id, start_time, end_time, label, rev, created_by)
      values (gen_random_uuid(), ${chartId}, ${`${date(bar)}Z`}, ${`${date(bar + 5)}Z`}, 'bull_flag', 0, 'local')`;
  }
  await sql.end();
  const path = testInfo.outputPath('corrected.csv');
  await writeFile(path, HEADER + day(date(7), 8) + day(date(28), 8));
  await importFile({ url: app.databaseUrl, path, chartName, mode: 'merge' });

  await page.goto(app.url);
  const check = page.getByRole('link', { name: `Check what is stale on ${chartName}` });
  await expect(check).toHaveText('Check 2');
  await expect(page.getByRole('listitem').filter({ has: check })).toContainText('2 stale');
  await page.screenshot({ path: 'test-results/screenshots/home-stale.png' });
  await check.click();
  const notice = page.getByRole('region', { name: 'Stale annotations' });
  await expect(notice).toContainText('2 spans are stale');
  await expect(page.getByText('Stale: candles in its range changed')).toBeVisible();
  await notice.getByRole('button', { name: 'Only these' }).click();
  const rows = page.getByRole('listbox', { name: 'Spans' }).getByRole('option');
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toHaveAttribute('aria-selected', 'true');
  await page.screenshot({ path: 'test-results/screenshots/stale.png' });
  await page.keyboard.press('y');
  await expect(rows).toHaveCount(1);
  await expect(rows.first(), 'it goes on to the next').toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Alt+4');
  await expect(notice, 'a change is an answer too').toContainText('No span is stale any more');
  await saved(page);
  await page.goto(app.url);
  await expect(page.getByText(chartName)).toBeVisible();
  await expect(check).toHaveCount(0);
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
  await expect(versions.last(), 'to the second').toContainText(/ \d\d:\d\d(:\d\d)? · revision/);
  await page.screenshot({ path: 'test-results/screenshots/history.png' });
  await versions.last().getByRole('button', { name: 'Restore' }).click();
  await expect(dialog).toBeHidden();
  const rows = page.getByRole('listbox', { name: 'Spans' }).getByRole('option');
  await expect(rows.getByRole('img', { name: 'confidence 4 of 5' })).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(rows.getByRole('img', { name: 'confidence 4 of 5' })).toBeVisible();
  await page.keyboard.press('Alt+h');
  const revisions = page.getByRole('list', { name: 'Revisions' }).getByRole('listitem');
  await expect(revisions.first()).toContainText(/\d\d:\d\d(:\d\d)?Local user · 1 changed/);
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
