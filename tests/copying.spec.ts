import postgres from 'postgres';
import { expect, type Page, test } from './support/app';
import { drag, nameOfChart, openChart, placesOn, saved, WEEKDAYS } from './support/chart';

const SHOTS = 'test-results/copying';
const rows = (page: Page) => page.getByRole('listbox', { name: 'Spans' }).getByRole('option');
const bar = (page: Page) => page.getByRole('group', { name: 'All that is selected' });

/** To another chart without leaving the app. */
async function switchTo(page: Page, name: string, id: number) {
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill(`Open ${name}`);
  // The charts are asked for once the search is open.
  await expect(page.getByRole('option', { name: `Open ${name}` }).first()).toBeVisible();
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`/charts/${id}\\b`));
  await expect(page.getByTestId('legend')).toContainText('Vol');
  await expect(page.getByTestId('save-state')).toHaveText('All changes saved');
}

test('what is copied is pasted at its times on another chart, else from the cursor on', async ({
  page,
  app,
}) => {
  const far = await openChart(page, app.url, 'far', 60);
  const farName = await nameOfChart(page);
  const later = await openChart(page, app.url, 'later', WEEKDAYS.slice(425));
  const laterName = await nameOfChart(page);
  const id = await openChart(page, app.url, 'copied', WEEKDAYS);
  const sql = postgres(app.databaseUrl, { max: 1 });
  const spans = async (chart: number) => {
    await saved(page);
    return sql<{ start: string; end: string; confidence: number | null; source: string }[]>`
      select (start_time at time zone 'UTC')::date::text as start, confidence, source,
        (end_time at time zone 'UTC')::date::text as end
      from span_annotations where chart_id = ${chart} order by start_time`;
  };
  const place = await placesOn(page);
  await page.keyboard.press('s');
  for (const from of [0.2, 0.6]) await drag(page, place(from, 0.6), place(from + 0.1, 0.6));
  await page.keyboard.press('v');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Alt+3');
  const drawn = await spans(id);
  await bar(page).getByRole('button', { name: 'Copy all that is selected' }).click();
  await expect(page.getByText('2 spans copied.')).toBeVisible();

  await test.step('on a chart that has candles for the later one only', async () => {
    await switchTo(page, laterName, later);
    await page.keyboard.press('Control+v');
    await expect(page.getByText('1 span pasted at the times of the copy; 1 lie')).toBeVisible();
    expect(await spans(later)).toEqual(drawn.slice(1));
    await page.screenshot({ path: `${SHOTS}/later-light.png` });
    await page.keyboard.press('Control+z');
    await expect(rows(page)).toHaveCount(0);
    expect(await spans(later)).toHaveLength(0);
    await expect(page.getByText('1 span pasted'), 'it is taken back').toBeHidden();
  });

  await test.step('on a chart without these times, from the bar cursor on', async () => {
    await switchTo(page, farName, far);
    await page.mouse.move(0, 0);
    await page.keyboard.press('Control+v');
    await expect(page.getByText('Put the bar cursor or the pointer')).toBeVisible();
    await page.keyboard.press('Home');
    await page.keyboard.press('Control+v');
    await expect(
      page.getByText('1 span pasted from the bar cursor on; for 1 there are too few bars.'),
    ).toBeVisible();
    const pasted = await spans(far);
    expect(pasted.map(({ confidence }) => confidence)).toEqual([3]);
    await page.getByRole('button', { name: 'Dark theme' }).click();
    await page.screenshot({ path: `${SHOTS}/far-dark.png` });
    await page.keyboard.press('Control+z');
    expect(await spans(far)).toHaveLength(0);
  });
  await sql.end();
});
