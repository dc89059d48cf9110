import postgres from 'postgres';
import { expect, type Page, test } from './support/app';
import { drawFlag, drawSpan, openSample, saved } from './support/chart';

const SHOTS = 'test-results/screenshots';

test('one flag is drawn, what is like it is found, and each answer is one key', async ({
  page,
  app,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const chartId = await openSample(page, app.url, 'similar');
  const sql = postgres(app.databaseUrl, { max: 1 });
  const spans = async () =>
    (
      await sql<{ label: string; source: string }[]>`
        select label, source from span_annotations where chart_id = ${chartId} order by id`
    ).map(({ label, source }) => `${label} ${source}`);

  await drawFlag(page);
  await page.keyboard.press('Shift+f');

  const found = page.getByRole('list', { name: 'Candidates' }).getByRole('button');
  await expect(found).toHaveCount(40);
  await expect(page.getByRole('heading', { name: 'Similar to Bull flag' })).toBeVisible();
  await expect(page.getByTestId('search-state')).toHaveText('40 wait here · 0 yes · 0 no');
  // The first is selected, and each has its picture.
  await expect(found.first()).toHaveAttribute('aria-current', 'true');
  await expect(found.first().locator('canvas[data-drawn="true"]')).toBeAttached();
  await page.screenshot({ path: `${SHOTS}/similar.png` });

  const scores = await found.evaluateAll((cells) =>
    cells.map((cell) => Number(/, ([\d.]+), /.exec(cell.getAttribute('aria-label') ?? '')?.[1])),
  );
  expect(scores).toEqual([...scores].sort((a, b) => b - a));

  await page.keyboard.press('y');
  await page.keyboard.press('n');
  // A key that means nothing here answers nothing.
  await page.keyboard.press('w');
  await page.keyboard.press('2');
  await expect(page.getByTestId('search-state')).toHaveText('37 wait here · 1 yes · 2 no');
  await expect(found.nth(3)).toHaveAttribute('aria-current', 'true');
  await expect(found.nth(1)).toHaveAccessibleName(/^Not a bull flag/);
  await saved(page);
  expect(await spans()).toEqual([
    'bull_flag human',
    'bull_flag model_confirmed',
    'O human_correction',
    'bear_flag model_corrected',
  ]);
  const [examined] = await sql<{ ranges: number }[]>`
    select count(*)::int as ranges from examined_ranges where chart_id = ${chartId}`;
  expect(examined?.ranges).toBeGreaterThan(0);

  // The last answer is taken back and waits again, as does the one before it.
  await page.keyboard.press('Control+z');
  await expect(found.nth(2)).toHaveAttribute('aria-current', 'true');
  await page.keyboard.press('u');
  await expect(found.nth(1)).toHaveAttribute('aria-current', 'true');
  await expect(page.getByTestId('search-state')).toHaveText('39 wait here · 1 yes · 0 no');

  // Later: it is the last one then, and says so.
  const put = (await found.nth(1).getAttribute('aria-label')) ?? '';
  await page.keyboard.press('l');
  await expect(found.last()).toHaveAccessibleName(put.replace(', ', ', later, '));

  // Corrected: the span's end goes two bars back.
  await page.keyboard.press('c');
  await page.keyboard.press(']');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await saved(page);
  const [corrected] = await sql<{ bars: number }[]>`
    select (select count(*)::int from candles c where c.chart_id = p.chart_id
        and c.time > s.end_time and c.time <= p.end_time) as bars
    from predictions p join span_annotations s on s.uid = p.span_uid
    where p.chart_id = ${chartId} and p.status = 'corrected'`;
  expect(corrected?.bars).toBe(2);

  // Ten answers make a new ranking; the three candidates that come next stay.
  await page.keyboard.press('d');
  const waiting = () =>
    found.evaluateAll((cells) =>
      cells.flatMap((cell) => {
        const name = cell.getAttribute('aria-label') ?? '';
        return cell.querySelector('.lucide-circle') ? [name] : [];
      }),
    );
  for (let at = 0; at < 8; at += 1) await page.keyboard.press(at % 2 === 0 ? 'y' : 'n');
  await expect(page.getByTestId('search-state')).toContainText('6 yes · 4 no');
  const before = await waiting();
  const panel = page.getByRole('region', { name: 'Similar' });
  await expect(panel).toContainText('Ranked after answer 10, again at 20');
  await expect(panel).toContainText('precision of the last 10 one by one: 0.60 (n\u00a0=\u00a010)');
  await expect.poll(async () => (await waiting()).slice(0, 3)).toEqual(before.slice(0, 3));
  await page.screenshot({ path: `${SHOTS}/similar-ranked.png` });

  // From twenty on a model is offered, which looks at the whole chart.
  const train = panel.getByRole('button', { name: 'Train a model on this chart' });
  await expect(train).toBeHidden();
  for (let at = 0; at < 10; at += 1) await page.keyboard.press(at % 2 === 0 ? 'y' : 'n');
  await train.click();
  await expect(page.getByRole('region', { name: 'Train' })).toContainText(/waiting|%/);
  await sql.end();
});

test('what is like an example follows its edges, and is searched for once they rest', async ({
  page,
  app,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const chartId = await openSample(page, app.url, 'edges');
  const sql = postgres(app.databaseUrl, { max: 1 });
  const searches = async () =>
    (await sql`select id from training_runs where params -> 'chartIds' @> ${sql.json([chartId])}`)
      .length;
  await drawSpan(page);
  await page.keyboard.press('1');
  await saved(page);
  await page.keyboard.press('Shift+f');
  const found = page.getByRole('list', { name: 'Candidates' }).getByRole('button');
  await expect(found).toHaveCount(40);
  await page.getByTitle(/^Show the example/).click();

  // By the pointer: nothing is stored while it holds the edge.
  const edge = await findEdge(page);
  await page.mouse.move(edge.x, edge.y);
  await page.mouse.down();
  await page.mouse.move(edge.x + 60, edge.y, { steps: 12 });
  const live = page.getByTestId('live-matches');
  await expect(live).toHaveText(
    /^Now: 40 windows at 0\.\d\d or more · \d+ at 0\.95 · \d+ in view$/,
  );
  const before = await live.textContent();
  await page.mouse.move(edge.x + 200, edge.y, { steps: 12 });
  await expect(live).not.toHaveText(before ?? '');
  expect(await searches()).toBe(1);
  await page.screenshot({ path: `${SHOTS}/similar-live.png` });
  await page.mouse.up();
  await expect(live).toBeHidden();
  await saved(page);
  // The search before it, which nobody has answered, made room.
  await expect.poll(searches).toBe(1);
  await expect(found).toHaveCount(40);
  await expect(found.first()).not.toHaveAttribute('aria-current', 'true');

  // By key, just so.
  await page.keyboard.press(']');
  // For as long as it takes, to and fro: an edge that rests is searched for, which may be done sooner.
  let steps = 0;
  const step = async () => {
    await page.keyboard.press(steps % 40 < 20 ? 'ArrowLeft' : 'ArrowRight');
    steps += 1;
    return await live.isVisible();
  };
  await expect.poll(step, { intervals: [100] }).toBe(true);
  await expect(live).toBeHidden();
  await expect(found).toHaveCount(40);
  await sql.end();
});

/** Where the pointer would move the end of the selected span. */
async function findEdge(page: Page) {
  const box = await page.getByTestId('chart').boundingBox();
  if (!box) throw new Error('the chart is not on the page');
  const y = box.y + box.height * 0.6;
  for (let x = box.x + box.width * 0.9; x > box.x; x -= 3) {
    await page.mouse.move(x, y);
    const cursor = await page
      .getByTestId('chart')
      .evaluate((chart) => getComputedStyle(chart).cursor);
    if (cursor === 'ew-resize') return { x, y };
  }
  throw new Error('no edge is under the pointer');
}
