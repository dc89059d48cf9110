import postgres from 'postgres';
import { expect, type Page, test } from './support/app';
import { drawFlag, openSample, saved } from './support/chart';

const SHOTS = 'test-results/screenshots';

const cells = (page: Page) => page.getByRole('list', { name: 'Candidates' }).getByRole('button');
const counts = (page: Page) => page.getByTestId('board-counts');

/** One flag, what is like it, and the board with it. */
async function openBoard(page: Page, url: string, what: string): Promise<number> {
  const chartId = await openSample(page, url, what);
  await drawFlag(page);
  await page.keyboard.press('Shift+f');
  await expect(page.getByTestId('search-state')).toHaveText('40 wait here · 0 yes · 0 no', {
    timeout: 60_000,
  });
  await page.keyboard.press('o');
  await expect(cells(page)).toHaveCount(20, { timeout: 20_000 });
  await expect(page.locator('[aria-label="Candidates"] canvas[data-drawn="true"]')).toHaveCount(20);
  return chartId;
}

test('one flag, twenty answers by one key each, the rest at once, taken back, and a model of it', async ({
  page,
  app,
}) => {
  test.setTimeout(240_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  const chartId = await openBoard(page, app.url, 'board');
  const sql = postgres(app.databaseUrl, { max: 1 });
  const stored = async () => {
    const rows = await sql<{ source: string; count: number }[]>`
      select source, count(*)::int as count from span_annotations
      where chart_id = ${chartId} and source <> 'human' group by source order by source`;
    return Object.fromEntries(rows.map(({ source, count }) => [source, count]));
  };
  await expect(counts(page)).toContainText('0 of 40');
  await expect(cells(page).first()).toHaveAttribute('aria-current', 'true');
  await expect(page.getByTestId('example-shape')).toBeVisible();
  // Nothing has been answered, so the rest waits; nor does another key answer anything.
  const rest = page.getByRole('button', { name: /^Accept the 20 left/ });
  await expect(rest).toBeDisabled();
  for (const key of ['Shift+y', 'w', 'x', 'Enter']) await page.keyboard.press(key);
  await expect(counts(page)).toContainText('0 of 40');
  await page.screenshot({ path: `${SHOTS}/board.png` });

  const names = await cells(page).evaluateAll((all) => all.map((cell) => cell.ariaLabel ?? ''));
  for (let at = 0; at < 9; at += 1) await page.keyboard.press(at % 4 === 3 ? 'n' : 'y');
  await expect(counts(page)).toContainText('9 of 40');
  await expect(cells(page).nth(9)).toHaveAttribute('aria-current', 'true');
  await expect(cells(page).nth(3)).toHaveAccessibleName(/^Not a bull flag, .*rejected$/);
  await expect(page.getByTestId('labels-won')).toHaveText('9 labels');
  await page.screenshot({ path: `${SHOTS}/board-answered.png` });
  // What was judged, and one of its lengths on either side, is examined.
  await saved(page);
  const [examined] = await sql<{ covered: number; answered: number }[]>`
    select count(*)::int as answered, count(*) filter (where exists (
      select from examined_ranges e where e.chart_id = p.chart_id and e.source = 'review'
        and e.start_time <= p.start_time - interval '14 days'
        and e.end_time >= p.end_time + interval '14 days'))::int as covered
    from predictions p where p.chart_id = ${chartId} and p.status <> 'new'`;
  expect(examined).toEqual({ answered: 9, covered: 9 });

  for (let at = 9; at < 20; at += 1) await page.keyboard.press(at % 4 === 3 ? 'n' : 'y');
  await expect(counts(page)).toContainText('20 of 40');
  await expect(page.getByTestId('labels-won')).toHaveText('20 labels');
  // The page is done and the next one is there; twenty answers were twenty keys, after 5 that did nothing.
  await expect(page.getByText('20 keys.')).toBeVisible();
  await expect(cells(page).first()).not.toHaveAccessibleName(names[0] ?? '');
  await saved(page);
  expect(await stored()).toEqual({ human_correction: 5, model_confirmed: 15 });
  await expect(page.getByTestId('board-progress')).toContainText(
    'precision of the last 20: 0.75 (n = 20)',
  );
  await expect(page.getByTestId('board-progress')).toContainText('Ranked after answer', {
    timeout: 30_000,
  });

  await expect(page.getByTestId('bulk-reason')).toContainText(
    /20 left, all at 0\.\d\d or more .*yes 1[0-5] of \d+ times/,
  );
  await page.keyboard.press('Shift+y');
  await expect(page.getByRole('heading', { name: 'Everything is answered' })).toBeVisible();
  await saved(page);
  expect(await stored()).toEqual({ human_correction: 5, model_confirmed: 35 });
  await page.screenshot({ path: `${SHOTS}/board-done.png` });

  // One undo takes the whole set back, and one more a single answer.
  await page.keyboard.press('Control+z');
  await expect(counts(page)).toContainText('20 of 40');
  await page.keyboard.press('u');
  await expect(counts(page)).toContainText('19 of 40');
  await saved(page);
  expect(await stored()).toEqual({ human_correction: 4, model_confirmed: 15 });
  await page.keyboard.press('Control+Shift+z');
  await expect(counts(page)).toContainText('20 of 40');

  await page.getByRole('button', { name: 'Reject rest' }).click();
  await expect(page.getByRole('heading', { name: 'Everything is answered' })).toBeVisible();
  await saved(page);
  await page.getByRole('button', { name: 'Train' }).click();
  await expect(page).toHaveURL(/\/models\/\d+$/);
  await expect(page.getByRole('main').first()).toContainText(/finds \d+ of \d+|spans/i, {
    timeout: 120_000,
  });
  await page.screenshot({ path: `${SHOTS}/board-model.png` });
  await sql.end();
});
