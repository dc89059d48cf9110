import postgres from 'postgres';
import { expect, type Page, test } from './support/app';
import { drag, openChart, placesOn, saved, WEEKDAYS } from './support/chart';

const SHOTS = 'test-results/several';
const rows = (page: Page) => page.getByRole('listbox', { name: 'Spans' }).getByRole('option');
const bar = (page: Page) => page.getByRole('group', { name: 'All that is selected' });

/** Three spans beside each other, drawn by the mouse. */
async function drawThree(page: Page) {
  const place = await placesOn(page);
  await page.keyboard.press('s');
  for (const from of [0.15, 0.4, 0.65]) await drag(page, place(from, 0.6), place(from + 0.1, 0.6));
  await page.keyboard.press('v');
  await page.keyboard.press('Escape');
  await saved(page);
  await expect(rows(page)).toHaveCount(3);
  return place;
}

test('several spans are selected by click, box, key and list, edited at once and undone at once', async ({
  page,
  app,
}) => {
  const id = await openChart(page, app.url, 'several', WEEKDAYS);
  const sql = postgres(app.databaseUrl, { max: 1 });
  const stored = async () => {
    await saved(page);
    return sql<{ label: string; confidence: number | null; outcome: string | null }[]>`
      select label, confidence, outcome from span_annotations
      where chart_id = ${id} order by start_time`;
  };
  const place = await drawThree(page);
  const [first] = await stored();

  await test.step('by Shift and click', async () => {
    await page.mouse.click(place(0.2, 0.6).x, place(0.2, 0.6).y);
    await expect(page.getByRole('region', { name: 'Span' })).not.toContainText('of 2');
    await page.keyboard.down('Shift');
    await page.mouse.click(place(0.45, 0.6).x, place(0.45, 0.6).y);
    await page.keyboard.up('Shift');
    await expect(page.getByRole('region', { name: 'Span' })).toContainText('2 of 2');
    await expect(bar(page)).toContainText('2 spans');
    await expect(page.getByText('2 spans selected')).toBeVisible();
    await page.screenshot({ path: `${SHOTS}/two-light.png` });
  });

  await test.step('edited by keys and by the bar', async () => {
    await page.keyboard.press('2');
    await page.keyboard.press('Alt+4');
    await bar(page).getByRole('button', { name: 'Win' }).click();
    const [one, two, three] = await stored();
    expect(one).toEqual(two);
    expect(one).toMatchObject({ confidence: 4, outcome: 'win' });
    expect(one?.label).not.toBe(first?.label);
    expect(three).toEqual(first);
  });

  await test.step('where they differ no value is chosen', async () => {
    await page.keyboard.press('Control+a');
    await expect(bar(page)).toContainText('3 spans');
    await expect(bar(page)).toContainText('Several labels');
    await expect(bar(page).locator('[aria-pressed=true]')).toHaveCount(0);
    await page.getByRole('button', { name: 'Dark theme' }).click();
    await page.screenshot({ path: `${SHOTS}/three-dark.png` });
  });

  await test.step('deleted as one, and back as one', async () => {
    await page.keyboard.press('Delete');
    await expect(rows(page)).toHaveCount(0);
    expect(await stored()).toHaveLength(0);
    await page.keyboard.press('Control+z');
    await expect(rows(page)).toHaveCount(3);
    expect(await stored()).toHaveLength(3);
  });

  await test.step('by a box, which does not move the candles', async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.down('Shift');
    await drag(page, place(0.35, 0.3), place(0.7, 0.5));
    await page.keyboard.up('Shift');
    await expect(bar(page)).toContainText('2 spans');
    await page.keyboard.press('Escape');
    await expect(bar(page)).toBeHidden();
    await page.mouse.click(place(0.45, 0.6).x, place(0.45, 0.6).y);
    await expect(rows(page).nth(1)).toHaveAttribute('aria-selected', 'true');
  });

  await test.step('by the list, as far as its filter lets through', async () => {
    await rows(page).first().click();
    await rows(page)
      .last()
      .click({ modifiers: ['Control'] });
    await expect(bar(page)).toContainText('2 spans');
    await rows(page).first().click();
    await rows(page)
      .last()
      .click({ modifiers: ['Shift'] });
    await expect(bar(page)).toContainText('3 spans');
    await page.keyboard.press('Escape');
    const filter = page.getByRole('combobox', { name: 'Filter by label' });
    await filter.selectOption(first?.label ?? '');
    await filter.blur();
    await expect(rows(page)).toHaveCount(1);
    await page.keyboard.press('Control+a');
    await expect(rows(page)).toHaveAttribute('aria-selected', 'true');
    await expect(bar(page)).toBeHidden();
  });
  await sql.end();
});
