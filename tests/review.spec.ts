import postgres from 'postgres';
import { expect, type Page, test } from './support/app';
import { check } from './support/axe';
import { drawFlag, drawSpan, openChart, openSample, saved, WEEKDAYS } from './support/chart';
import { hold } from './support/hold';

const SHOTS = 'test-results/screenshots';

const cells = (page: Page) => page.getByRole('list', { name: 'Candidates' }).getByRole('button');
const counts = (page: Page) => page.getByTestId('board-counts');

async function shoot(page: Page, name: string) {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${SHOTS}/board-${name}-${colorScheme}.png` });
  }
}

/** One flag, what is like it, and the board with it. */
async function openBoard(page: Page, url: string, what: string): Promise<number> {
  const chartId = await openSample(page, url, what);
  await drawFlag(page);
  await page.keyboard.press('Shift+f');
  await expect(page.getByTestId('search-state')).toHaveText('40 wait here · 0 yes · 0 no', {
    timeout: 60_000,
  });
  await page.keyboard.press('o');
  await expect(cells(page)).toHaveCount(20);
  await expect(page.locator('[aria-label="Candidates"] canvas[data-drawn="true"]')).toHaveCount(20);
  return chartId;
}

test('one flag, twenty answers by one key each, the rest at once, taken back, and a model of it', async ({
  page,
  app,
}) => {
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
  await shoot(page, 'fresh');
  for (const [width, height] of [
    [1024, 720],
    [1280, 720],
    [1920, 1080],
    [2560, 1440],
    [1440, 900],
  ] as const) {
    await page.setViewportSize({ width, height });
    const names = page.getByRole('tablist', { name: 'What waits' }).locator('span.truncate');
    const cut = await names.evaluateAll((all) =>
      all.flatMap((each) => (each.scrollWidth > each.clientWidth ? [each.textContent] : [])),
    );
    expect(cut).toEqual([]);
    await shoot(page, `at-${width}`);
  }
  await check(page, 'the board with candidates');

  const names = await cells(page).evaluateAll((all) => all.map((cell) => cell.ariaLabel ?? ''));
  for (let at = 0; at < 9; at += 1) await page.keyboard.press(at % 4 === 3 ? 'n' : 'y');
  await expect(counts(page)).toContainText('9 of 40');
  await expect(cells(page).nth(9)).toHaveAttribute('aria-current', 'true');
  await expect(cells(page).nth(3)).toHaveAccessibleName(/^Not a bull flag, .*rejected$/);
  await expect(page.getByTestId('labels-won')).toHaveText('9 labels');
  await shoot(page, 'answered');
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
    'precision of the last 20 one by one: 0.75 (n\u00a0=\u00a020)',
  );
  await expect(page.getByTestId('board-progress')).toContainText('Ranked after answer', {
    timeout: 30_000,
  });

  await expect(page.getByTestId('bulk-reason')).toContainText(
    /20 left, all at 0\.\d\d or more.*you said yes \d+ of \d+ times/,
  );
  await page.keyboard.press('Shift+y');
  await expect(page.getByTestId('labels-won')).toHaveText('40 labels');
  await expect(page.getByText('21 keys.')).toBeVisible();
  await saved(page);
  expect(await stored()).toEqual({ human_correction: 5, model_confirmed: 35 });
  await shoot(page, 'at-once');

  // One undo takes the whole set back, and one more a single answer.
  await page.keyboard.press('Control+z');
  await expect(page.getByTestId('labels-won')).toHaveText('20 labels');
  await expect(cells(page).first()).toHaveAttribute('aria-current', 'true');
  await page.keyboard.press('u');
  await expect(page.getByTestId('labels-won')).toHaveText('19 labels');
  await saved(page);
  expect(await stored()).toEqual({ human_correction: 4, model_confirmed: 15 });
  await page.keyboard.press('Control+Shift+z');
  await expect(page.getByTestId('labels-won')).toHaveText('20 labels');
  await page.getByRole('button', { name: 'Reject rest' }).click();
  await saved(page);
  expect(await stored()).toEqual({ human_correction: 25, model_confirmed: 15 });

  // Nothing else was found, and nobody goes on looking: everything is answered.
  await expect(page.getByTestId('board-progress')).toContainText('Ranked after answer 40', {
    timeout: 30_000,
  });
  await sql`delete from predictions where chart_id = ${chartId} and status = 'new'`;
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Everything is answered' })).toBeVisible();
  await expect(page.getByText('15 yes and 25 no on 1 chart.')).toBeVisible();
  await shoot(page, 'done');
  await page.getByRole('button', { name: 'Train' }).click();
  await expect(page).toHaveURL(/\/models\/\d+$/);
  await expect(page.getByText(/Finds \d+ of \d+ patterns/).first()).toBeVisible({
    timeout: 120_000,
  });
  await shoot(page, 'model');
  await page.getByRole('link', { name: /^Review/ }).click();
  await page.getByRole('tab', { name: /^Run/ }).click();
  await expect(page.getByRole('tab', { name: /^Run/ })).toHaveAttribute('aria-selected', 'true');
  await expect(
    page.locator('[aria-label="Candidates"] canvas[data-drawn="true"]').first(),
  ).toBeVisible();
  await shoot(page, 'run');
  await sql.end();
});

test('fast keys on a slow connection answer each once; edges, labels and later are keys as well', async ({
  page,
  app,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const chartId = await openBoard(page, app.url, 'slow board');
  const sql = postgres(app.databaseUrl, { max: 1 });
  const answers = () => sql<{ status: string; label: string | null; spans: number }[]>`
    select p.status, s.label, (select count(*)::int from span_annotations o
      where o.chart_id = p.chart_id
        and (o.model_prediction ->> 'predictionId')::bigint = p.id) as spans
    from predictions p left join span_annotations s
      on (s.chart_id, s.uid) = (p.chart_id, p.span_uid)
    where p.chart_id = ${chartId} and p.status <> 'new' order by p.score desc, p.start_time`;

  // No save is answered before all keys are typed, and the answer to one is lost though it was stored.
  let saves = 0;
  await page.route(/predictions\.review/, async (route) => {
    saves += 1;
    if (saves === 2) {
      await route.fetch();
      await route.abort();
      return;
    }
    await route.continue();
  });
  const release = await hold(page, /predictions\.review/);
  const keys = ['y', 'n', 'y', 'y', '2', 'y', 'n', 'y', 'y', 'y', 'n', 'y'];
  for (const key of keys) await page.keyboard.press(key);
  await expect(counts(page)).toContainText('12 of 40');
  expect(saves).toBe(0);
  release();
  await saved(page);
  expect(await answers()).toEqual(
    keys.map((key) => ({
      status: { y: 'confirmed', n: 'dismissed', '2': 'corrected' }[key],
      label: { y: 'bull_flag', n: 'O', '2': 'bear_flag' }[key],
      spans: 1,
    })),
  );
  await page.unrouteAll({ behavior: 'wait' });

  // The end two bars back by key, the start three bars on by mouse; the answer keeps both.
  await page.keyboard.press('c');
  for (const key of [']', 'Control+ArrowLeft', 'ArrowRight']) await page.keyboard.press(key);
  // What is read out and the panel's head follow the edges.
  const inFocus = page.getByRole('region', { name: 'In focus' });
  await expect(inFocus).toContainText(/\d bars/);
  const whole = Number(/(\d+) bars/.exec(await inFocus.innerText())?.[1]);
  const readOut = page.locator('p.sr-only[role=status]');
  const readBefore = await readOut.innerText();
  await page.keyboard.press('ArrowLeft');
  await expect(inFocus).toContainText(`${whole - 1} bars`);
  await expect(readOut).not.toHaveText(readBefore);
  await page.keyboard.press('ArrowRight');
  const start = page.getByRole('slider', { name: 'Start of the candidate' });
  const before = Number(await start.getAttribute('aria-valuenow'));
  const box = await start.boundingBox();
  const plot = await page.getByRole('region', { name: 'In focus' }).locator('canvas').boundingBox();
  if (!box || !plot) throw new Error('the edges are not on the page');
  const perBar = plot.width / (Number(await start.getAttribute('aria-valuemax')) + 1);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 3 * perBar, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  await expect(start).toHaveAttribute('aria-valuenow', String(before + 3));
  await shoot(page, 'edges');
  await page.keyboard.press('y');
  await saved(page);
  const [corrected] = await sql<{ start: number; end: number; label: string }[]>`
    select s.label,
      (select count(*)::int from candles c where c.chart_id = p.chart_id
        and c.time >= p.start_time and c.time < s.start_time) as start,
      (select count(*)::int from candles c where c.chart_id = p.chart_id
        and c.time > s.end_time and c.time <= p.end_time) as end
    from predictions p join span_annotations s on (s.chart_id, s.uid) = (p.chart_id, p.span_uid)
    where p.chart_id = ${chartId} and p.status = 'corrected' and s.label = 'bull_flag'`;
  expect(corrected).toEqual({ label: 'bull_flag', start: 3, end: 2 });

  // Put off, it stays in its cell and comes last.
  const put = cells(page).nth(13);
  await page.keyboard.press('l');
  await expect(put).toHaveAccessibleName(/, later, /);
  await expect(cells(page).nth(14)).toHaveAttribute('aria-current', 'true');

  for (const [width, height] of [
    [1024, 720],
    [2560, 1440],
  ] as const) {
    await page.setViewportSize({ width, height });
    await expect(page.getByRole('button', { name: /^Later/ })).toBeInViewport({ ratio: 1 });
    await expect(cells(page).last()).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole('button', { name: /^Accept the \d+ left/ })).toBeInViewport({
      ratio: 1,
    });
    await shoot(page, String(width));
  }
  // To the chart, which shows the same search and candidate, and back.
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.keyboard.press('o');
  await expect(page).toHaveURL(new RegExp(`/charts/${chartId}\\?`));
  await expect(page.getByTestId('search-state')).toContainText('9 yes · 4 no');
  await shoot(page, 'similar-panel');
  await sql.end();
});

test('what a group’s rule forbids is refused on the board, and the page says so', async ({
  page,
  app,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const name = `flag_${Date.now()}`;
  const sql = postgres(app.databaseUrl, { max: 1, onnotice: () => {} });
  await sql`insert into span_label_groups (name, overlap) values (${name}, 'forbid')`;
  await sql`
    insert into span_label_types (name, display_name, color, sort_order, group_name)
    values (${name}, ${name}, '#8a94a6', 0, ${name})`;
  try {
    const chartId = await openSample(page, app.url, 'ruled board');
    await drawFlag(page);
    await sql`update span_annotations set label = ${name} where chart_id = ${chartId}`;
    await page.reload();
    await page.getByRole('listbox', { name: 'Spans' }).getByRole('option').first().click();
    await page.keyboard.press('Shift+f');
    await expect(page.getByTestId('search-state')).toHaveText('40 wait here · 0 yes · 0 no', {
      timeout: 60_000,
    });
    // In the way of the first and of the fourth, by their last bar.
    await sql`
      insert into span_annotations
        (uid, chart_id, start_time, end_time, label, source, rev, created_by)
      select gen_random_uuid(), ${chartId}, end_time, end_time + interval '1 day', ${name}, 'human',
        c.rev + 1, (select created_by from span_annotations where chart_id = ${chartId} limit 1)
      from (select row_number() over (order by score desc, start_time) as place, *
        from predictions where chart_id = ${chartId}) p, charts c
      where place in (1, 4) and c.id = ${chartId}`;
    await sql`update charts set rev = rev + 1 where id = ${chartId}`;
    await page.keyboard.press('o');
    await page.waitForURL('**/review*');
    await page.reload();
    await expect(cells(page)).toHaveCount(20);
    const says = page.getByTestId('board-progress');
    await page.keyboard.press('y');
    await expect(says).toHaveText(/is in the way: spans of .* may not overlap/);
    await expect(counts(page)).toContainText('0 of 40');
    await expect(cells(page).first()).toHaveAttribute('aria-current', 'true');
    await shoot(page, 'refused');
    for (const key of ['n', 'y', 'Shift+y']) await page.keyboard.press(key);
    await expect(says).toHaveText(/^1 of 18 stay open\. .* may not overlap/);
    await expect(cells(page).nth(3)).toHaveAttribute('aria-current', 'true');
    await expect(counts(page)).toContainText('19 of 40');
    await saved(page);
    const [stored] = await sql`
      select count(*)::int as count from span_annotations
      where chart_id = ${chartId} and label = ${name}`;
    expect(stored?.count).toBe(21);
  } finally {
    await sql`delete from span_annotations where label = ${name}`;
    await sql`delete from span_label_types where name = ${name}`;
    await sql`delete from span_label_groups where name = ${name}`;
    await sql.end();
  }
});

test('a search that somebody else makes meanwhile takes no cell from under a key', async ({
  page,
  app,
}) => {
  await openBoard(page, app.url, 'held board');
  await page.goto(`${app.url}/review?source=similar`);
  await expect(cells(page)).toHaveCount(20);
  const inFocus = page.getByRole('region', { name: 'In focus' });
  // Which candidate it is: the fourth line ends with its bars once its candles are there.
  await expect(inFocus).toContainText(/\d bars/);
  const candidate = async () => (await inFocus.innerText()).split('\n', 4);
  const before = await candidate();
  const other = await page.context().newPage();
  await openSample(other, app.url, 'held board, elsewhere');
  await drawFlag(other);
  await other.keyboard.press('Shift+f');
  await expect(other.getByTestId('search-state')).toContainText('40 wait here', {
    timeout: 60_000,
  });
  await other.close();
  const choice = page.getByRole('button', { name: /^Choose/ });
  await expect(choice).toContainText('2 of ');
  expect(await candidate()).toEqual(before);
  // The tab goes to the newest.
  await page.getByRole('tab', { name: /^Similar/ }).click();
  await expect(choice).toContainText('1 of ');
});

test('cells have as many bars where nights and weekends are in the candidates', async ({
  page,
  app,
}) => {
  const days = WEEKDAYS.slice(0, 250).map((row) => row.slice(0, 10));
  const rows = days.flatMap((day, at) =>
    Array.from({ length: 7 }, (_, hour) => {
      const price = 100 + 5 * Math.sin((at * 7 + hour) / 6) + hour / 10;
      const prices = [price, price + 1, price - 1, price + 0.5].map((each) => each.toFixed(2));
      return `${day}T${14 + hour}:00:00Z,${prices.join(',')},100\n`;
    }),
  );
  await openChart(page, app.url, 'hours', rows);
  await drawSpan(page);
  await page.keyboard.press('1');
  await saved(page);
  await page.keyboard.press('Shift+f');
  await expect(page.getByTestId('search-state')).toContainText(/^\d+ wait here/, {
    timeout: 60_000,
  });
  await page.keyboard.press('o');
  await expect(cells(page).first()).toHaveAttribute('aria-current', 'true');
  const last = page.getByRole('slider', { name: 'End of the candidate' });
  // The big chart has one and a half times the bars of a cell, and the candidate takes two thirds of that at most.
  await expect(last).toHaveAttribute('aria-valuemax', /^\d+$/);
  const [bars, from, to] = await Promise.all([
    last.getAttribute('aria-valuemax'),
    page.getByRole('slider', { name: 'Start of the candidate' }).getAttribute('aria-valuenow'),
    last.getAttribute('aria-valuenow'),
  ]);
  const length = Number(to) - Number(from) + 1;
  expect(length).toBeGreaterThan(10);
  expect(Number(bars) + 1).toBeLessThanOrEqual(Math.max(84, Math.ceil(4 * length)));
  await shoot(page, 'hours');
});
