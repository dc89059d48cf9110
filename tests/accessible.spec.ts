import postgres from 'postgres';
import { expect, type Locator, type Page, test } from './support/app';
import { check } from './support/axe';
import {
  drawSpan,
  HEADER,
  openChart,
  openImport,
  openSample,
  saved,
  WEEKDAYS,
} from './support/chart';
import { curve, metrics, putRun, quality } from './support/runs';

test('axe finds nothing on a chart, in its panels and in its dialogs', async ({ page, app }) => {
  // Axe looks at everything on the page, some thirty times.
  await openChart(page, app.url, 'axe', WEEKDAYS);
  await check(page, 'a chart without spans');
  const dialog = page.getByRole('dialog');
  for (const [name, key] of [
    ['keys', '?'],
    ['palette', 'Control+k'],
    ['go to', 'Control+g'],
  ] as const) {
    await page.keyboard.press(key);
    await expect(dialog).toBeVisible();
    await check(page, name);
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  }
  await page.keyboard.press('End');
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('s');
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('1');
  await saved(page);
  await check(page, 'a selected span');
  await page.getByRole('button', { name: 'Export candles and labels' }).click();
  await check(page, 'export');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+F10');
  await expect(page.getByRole('menu')).toBeVisible();
  await check(page, 'the menu of a span');
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await expect(page.getByPlaceholder('Type a label')).toBeVisible();
  await check(page, 'the label menu');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /Time zone/ }).click();
  await expect(dialog).toBeVisible();
  await check(page, 'time zone');
  await page.keyboard.press('Escape');
  await page.keyboard.press('b');
  const box = await page.getByTestId('chart').boundingBox();
  if (!box) throw new Error('the chart is not on the page');
  await page.mouse.click(box.x + box.width / 3, box.y + box.height / 2);
  for (const tab of ['Drawings', 'Models', 'Labels']) {
    await page.getByRole('tab', { name: tab }).click();
    await check(page, tab);
  }
  await page.getByRole('button', { name: 'New label' }).click();
  await check(page, 'a new label');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /candles$/ }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await check(page, 'the chart switcher');
  await page.keyboard.press('Escape');
  await openImport(page, {
    name: 'axe.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(HEADER + WEEKDAYS.slice(0, 20).join('')),
  });
  await check(page, 'an import that is looked at');
});

test('axe finds nothing on the pages outside a chart', async ({ page, app }) => {
  // Axe looks at everything on the page, some thirty times.
  const chartId = await openSample(page, app.url, 'axe pages');
  const sql = postgres(app.databaseUrl, { max: 1 });
  await page.goto(app.url);
  await expect(page.getByRole('list', { name: 'Charts' })).toBeVisible();
  await check(page, 'the charts');
  await page
    .getByRole('button', { name: /^More for axe pages/ })
    .first()
    .click();
  await check(page, 'the menu of a chart');
  await page.keyboard.press('Escape');
  await page.keyboard.press('i');
  await expect(page.getByRole('dialog')).toBeVisible();
  await check(page, 'the import dialog');
  const members = await sql`delete from chart_members returning *`;
  await page.goto(app.url);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await check(page, 'no charts');
  await sql`insert into chart_members ${sql(members)}`;
  await page.goto(`${app.url}/review`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await check(page, 'review');
  await page.goto(`${app.url}/models`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await check(page, 'models');
  await page.keyboard.press('t');
  await check(page, 'train');
  await putRun(sql, { chartId, metrics: metrics(0.4, { quality, curve }) });
  const runs = {
    'a finished run': await putRun(sql, { chartId, metrics: metrics(0.65, { quality, curve }) }),
    'a failed run': await putRun(sql, { chartId, error: 'Too few spans.', log: 'Read it.' }),
  };
  for (const [what, run] of Object.entries(runs)) {
    await page.goto(`${app.url}/models/${run}`);
    await expect(page.getByTestId('sentence')).toBeVisible();
    await check(page, what);
  }
  await page.goto(`${app.url}/charts/999999`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await check(page, 'no such chart');
  await sql.end();
});

/** Goes there as somebody does who has no mouse. */
async function tabTo(page: Page, target: Locator) {
  for (let tabs = 0; tabs < 80; tabs += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${target}`);
}

test('the whole job by keyboard, with the names that a screen reader says', async ({
  page,
  app,
}) => {
  await openChart(page, app.url, 'by keyboard', WEEKDAYS);
  const name = await page.getByRole('heading', { level: 1 }).innerText();
  await page.goto(app.url);
  await expect(page.getByRole('list', { name: 'Charts' })).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type(name);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const chart = page.getByRole('application', { name: `Chart of ${name}` });
  await expect(chart).toBeVisible();
  await expect(page.getByRole('status', { name: 'Saving' })).toHaveText('All changes saved');
  await tabTo(page, chart);

  const said = page.getByRole('status', { name: 'On the chart' });
  await page.keyboard.press('Home');
  await expect(said).toHaveText(/^2018-01-01, open 100\.00, high .*, low .*, close /);
  await page.keyboard.press('s');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('1');
  await expect(said).toHaveText('Bull flag, 1 – 15 Jan 2018 added');
  await page.keyboard.press('ArrowLeft');
  await expect(said).toHaveText(/^2018-01-12, .*, in Bull flag$/);
  await page.keyboard.press('2');
  await expect(said).toHaveText('Now Bear flag, 1 – 15 Jan 2018');

  const notes = page.getByRole('region', { name: 'Span' }).getByRole('textbox', { name: 'Notes' });
  await tabTo(page, notes);
  await page.keyboard.type('steep');
  const list = page.getByRole('listbox', { name: 'Spans' });
  await tabTo(page, list);
  await expect(said).toHaveText('Now Bear flag, 1 – 15 Jan 2018');
  await expect(list.getByRole('option', { selected: true })).toHaveAccessibleName(/^Bear flag/);
  // The tool, then the selection.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(list.getByRole('option', { selected: true })).toHaveCount(0);
  await page.keyboard.press('ArrowDown');
  await expect(list.getByRole('option', { selected: true })).toHaveAccessibleName(/^Bear flag/);
  await expect(notes).toHaveValue('steep');
  await page.keyboard.press('Delete');
  await expect(said).toHaveText('Bear flag, 1 – 15 Jan 2018 deleted');
  await page.keyboard.press('Control+z');
  await expect(said).toHaveText('Bear flag, 1 – 15 Jan 2018 added');
  await expect(page.getByRole('status', { name: 'Saving' })).toHaveText('All changes saved');
});

test('markers, drawings, reviews and menus by keyboard, and what is said of them', async ({
  page,
  app,
}) => {
  const id = await openChart(page, app.url, 'all by keyboard', WEEKDAYS);
  const sql = postgres(app.databaseUrl, { max: 1 });
  const runId = await putRun(sql, { chartId: id, metrics: metrics(0.6, { quality }) });
  const predictions = [1, 2].map((month) => ({
    chart_id: id,
    training_run_id: runId,
    start_time: new Date(Date.UTC(2018, month, 1)),
    end_time: new Date(Date.UTC(2018, month, 14)),
    label: 'bull_flag',
    score: 0.8,
  }));
  await sql`insert into predictions ${sql(predictions)}`;
  await sql.end();
  await page.reload();
  const chart = page.getByRole('application');
  await saved(page);
  await tabTo(page, chart);
  const said = page.getByRole('status', { name: 'On the chart' });
  const press = async (key: string, expected: string | RegExp) => {
    await page.keyboard.press(key);
    await expect(said).toHaveText(expected);
  };

  await press('Home', /^2018-01-01, /);
  await press('b', 'Break up tool');
  await press('Enter', 'Break up, 1 Jan 2018 added');
  await press('l', 'Line tool');
  await press('Enter', 'Line from 2018-01-01');
  await press('Shift+ArrowRight', /^2018-01-15, /);
  await press('Enter', 'Line, 1 – 15 Jan 2018 added');
  await press('Shift+l', 'Level tool');
  await press('Enter', 'Level, 15 Jan 2018 added');
  const price = page.getByRole('textbox', { name: 'Price', exact: true });
  await tabTo(page, price);
  await page.keyboard.type('1,234.5');
  await page.keyboard.press('Enter');
  await expect(said).toHaveText('Now Level, 15 Jan 2018');
  await expect(price).toHaveValue('1,234.50');
  // A button is pressed by Enter, whatever tool is in hand.
  await tabTo(page, page.getByRole('button', { name: 'Select', exact: true }));
  await press('Enter', 'Select tool');

  await press('d', /^Prediction Bull flag, 1 – 14 Feb 2018, score 0\.80, unmarked by you$/);
  await press(
    'n',
    /^Bull flag, 1 – 14 Feb 2018 dismissed\. Prediction Bull flag, 1 – 14 Mar 2018, /,
  );
  await press('u', /^Bull flag, 1 – 14 Feb 2018 to be reviewed again\. /);
  await press('c', 'Bull flag, 1 – 14 Feb 2018 corrected');
  await press('[', 'Arrows move the start');
  await press('k', /^Examined: .* 2018$/);

  for (const [key, shown] of [
    ['Shift+F10', page.getByRole('menu')],
    ['/', page.getByPlaceholder('Type a label')],
    ['Control+k', page.getByRole('dialog')],
  ] as const) {
    await tabTo(page, chart);
    await page.keyboard.press(key);
    await expect(shown).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(shown).toBeHidden();
    await expect(chart).toBeFocused();
  }
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+F10');
  await tabTo(page, page.getByRole('menu'));
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toContainText('All keys');
  await page.keyboard.press('Escape');
  await expect(chart).toBeFocused();
  await saved(page);
});

/** Controls of the page's bars that lie outside of it or under something else, and parts that are wider than their room. */
const unreachable = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('header *, nav *, footer *, aside > *')]
      .filter((element) => element.matches('a, button, [role=tab], input, select'))
      .flatMap((element) => {
        element.scrollIntoView({ block: 'nearest' });
        const { left, right, top, bottom, width } = element.getBoundingClientRect();
        if (width === 0 || element.tabIndex < 0) return [];
        const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        const isSeen = left >= 0 && right <= innerWidth + 0.5 && at && element.contains(at);
        return isSeen ? [] : [`${element.ariaLabel ?? element.textContent} ${[left, right, top]}`];
      })
      .concat(
        [...document.querySelectorAll('html, main, main dl, main dd, aside, [role=tabpanel]')]
          .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth)
          .map((wide) => `${wide.tagName} ${wide.className} is cut off`),
        [...document.querySelectorAll('[role=complementary]')]
          .filter(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight)
          .map(({ scrollHeight }) => `the panel reaches to ${scrollHeight}`),
      ),
  );

test('nothing overlaps or is cut off from 1024 to 2560 pixels, nor at twice the size', async ({
  page,
  app,
}) => {
  const id = await openChart(page, app.url, 'a chart with a rather long name of its own', WEEKDAYS);
  const name = await page.getByRole('heading', { level: 1 }).innerText();
  await drawSpan(page);
  await saved(page);
  const sql = postgres(app.databaseUrl, { max: 1 });
  await putRun(sql, { chartId: id, metrics: metrics(0.6, { quality }) });
  await sql.end();
  for (const path of [`/charts/${id}`, '/', '/review', '/models']) {
    await page.goto(app.url + path);
    await expect(page.getByRole('heading', { level: 1 })).toBeAttached();
    // The last two are 1440 and, of a chart, 1024 wide at twice the size.
    for (const [width, height] of [
      [2560, 1440],
      [1280, 720],
      [1024, 700],
      [720, 450],
      [512, 400],
    ] as const) {
      if (width === 512 && path !== `/charts/${id}`) continue;
      await page.setViewportSize({ width, height });
      await expect
        .soft(async () => expect(await unreachable(page), `${path} ${width}`).toEqual([]))
        .toPass({ timeout: 30_000 });
      if (path === '/') {
        const shown = await page.getByText(name).first().boundingBox();
        expect.soft(shown?.width, `the name at ${width}`).toBeGreaterThan(120);
      }
      if (width < 1_280)
        await page.screenshot({
          path: `test-results/screenshots/width-${width}-${path.split('/')[1]}.png`,
        });
    }
  }
});
