import postgres from 'postgres';
import { expect, type Page, test } from './support/app';
import { drag, drawSpan, nameOfChart, openChart, placesOn, saved } from './support/chart';

const spans = (page: Page) => page.getByRole('listbox', { name: 'Spans' }).getByRole('option');

test('two windows on one chart see each other’s changes, and each undoes its own', async ({
  page,
  app,
}) => {
  await openChart(page, app.url, 'live');
  const other = await page.context().newPage();
  await other.goto(page.url());
  await expect(other.getByTestId('legend')).toContainText('Vol');

  await drawSpan(page);
  await saved(page);
  await expect(spans(other)).toHaveCount(1);

  await spans(other).first().click();
  await other.keyboard.press('2');
  await expect(spans(page).first()).toContainText('Bear flag');
  await other.keyboard.press('Delete');
  await expect(spans(page)).toHaveCount(0);

  // There is one step of its own to undo here, which the other window has taken away already.
  await page.keyboard.press('Control+z');
  await expect(spans(page)).toHaveCount(0);
  await other.keyboard.press('Control+z');
  await expect(spans(page)).toHaveCount(1);
  await saved(page);
  await saved(other);
  await other.close();
});

test('undo leaves what another window has changed since, and says so', async ({ page, app }) => {
  await openChart(page, app.url, 'since');
  const other = await page.context().newPage();
  await other.goto(page.url());
  await expect(other.getByTestId('legend')).toContainText('Vol');
  await drawSpan(page);
  await spans(page).first().click();
  await page.keyboard.press('2');
  await page.keyboard.press('Alt+4');
  await saved(page);
  // Both changes are there: what is changed from an earlier version is asked about.
  await expect(spans(other).first()).toContainText('Bear flag');
  await expect(spans(other).first().getByRole('img', { name: 'confidence 4 of 5' })).toBeVisible();
  await spans(other).first().click();
  await other.keyboard.press('1');
  await saved(other);
  await expect(spans(page).first()).toContainText('Bull flag');

  const notice = (text: string) => page.getByRole('status').filter({ hasText: text });
  // How sure one is, is taken back as ever: nobody else has said anything of it.
  await page.keyboard.press('Control+z');
  await saved(page);
  await page.keyboard.press('Control+z');
  await expect(
    notice('Somebody has changed this span’s label since; it stays as it is.'),
  ).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(notice('Somebody has changed this span since; it stays.')).toBeVisible();
  await saved(page);
  await expect(spans(page).first()).toContainText('Bull flag');
  await expect(spans(other)).toHaveCount(1);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await other.close();
});

test('a change that is refused waits, and what is done beside it is saved', async ({
  page,
  app,
}) => {
  const sql = postgres(app.databaseUrl, { max: 1 });
  const name = `lone_${Date.now()}`;
  await sql`insert into span_label_groups (name, overlap) values (${name}, 'allow')`;
  await sql`
    insert into span_label_types (name, display_name, color, hotkey, sort_order, group_name)
    values (${name}, ${name}, '#5b9dff', '9', 99, ${name})`;
  const chartId = await openChart(page, app.url, 'refused');
  await drawSpan(page);
  await expect(spans(page)).toHaveCount(1);
  const at = await placesOn(page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('s');
  await drag(page, at(0.5, 0.6), at(0.65, 0.6));
  await page.keyboard.press('v');
  await expect(spans(page)).toHaveCount(2);
  const give = async (which: number) => {
    await spans(page).nth(which).click();
    await page.keyboard.press('9');
    await expect(spans(page).nth(which)).toContainText(name);
  };
  await give(0);
  await saved(page);
  // A window that has not heard of the rule yet: else it would refuse by itself.
  await page.route('**/api/trpc/*spans.groups*', (route) => route.abort());
  await sql`update span_label_groups set overlap = 'forbid' where name = ${name}`;
  await give(1);
  const refusal = page
    .getByRole('status')
    .filter({ has: page.getByRole('button', { name: 'Show it' }) })
    .filter({ hasText: 'may not overlap. All else is saved.' });
  await expect(refusal).toBeVisible();
  const state = page.getByTestId('save-state');
  await expect(state).toContainText('1 change not saved');
  const storedOf = () => sql`
    select label, confidence from span_annotations where chart_id = ${chartId} order by confidence`;
  await spans(page).nth(0).click();
  await page.keyboard.press('Alt+4');
  await page.unroute('**/api/trpc/*spans.groups*');
  await expect.poll(storedOf).toEqual([
    { label: name, confidence: 4 },
    { label: 'bull_flag', confidence: null },
  ]);
  await expect(refusal).toBeVisible();
  await refusal.getByRole('button', { name: 'Show it' }).click();
  await expect(spans(page).nth(1)).toHaveAttribute('aria-selected', 'true');
  // A reload loses neither the change nor its reason.
  page.on('dialog', (dialog) => dialog.accept());
  await page.reload();
  await expect(refusal).toBeVisible();
  await state.getByRole('button', { name: 'Discard' }).click();
  await saved(page);
  await expect(refusal).toBeHidden();
  await expect(spans(page)).toHaveCount(2);
  await sql`update span_annotations set label = 'custom' where label = ${name}`;
  await sql`delete from span_label_types where name = ${name}`;
  await sql.end();
});

test('a chart that is deleted and restored elsewhere goes on here', async ({ page, app }) => {
  await openChart(page, app.url, 'deleted');
  const name = await nameOfChart(page);
  await drawSpan(page);
  await saved(page);
  const other = await page.context().newPage();
  await other.goto(app.url);
  await other.getByRole('button', { name: `More for ${name}` }).click();
  await other.getByRole('menuitem', { name: 'Delete' }).click();
  await other.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('This chart was deleted.')).toBeVisible();
  await drawSpan(page);
  await expect(page.getByTestId('save-state')).toContainText('1 change not saved');
  await other
    .getByRole('listitem')
    .filter({ hasText: name })
    .getByRole('button', { name: 'Restore' })
    .click();
  await expect(other.getByRole('button', { name: `More for ${name}` })).toBeVisible();
  await page.getByRole('button', { name: 'Try now' }).click();
  await saved(page);
  await other.goto(page.url());
  await expect(spans(other)).toHaveCount(2);
  await spans(other).first().click();
  await other.keyboard.press('Delete');
  await expect(spans(page)).toHaveCount(1);
  await other.close();
});

test('a window learns of labels and rules that others make', async ({ page, app }) => {
  const chartId = await openChart(page, app.url, 'rules');
  await page.getByRole('tab', { name: 'Labels' }).click();
  const labels = page.getByRole('list', { name: 'Labels' });
  const [name, group] = [`pennant_${chartId}`, `Pennants ${chartId}`];
  const sql = postgres(app.databaseUrl, { max: 1 });
  await sql`insert into span_label_groups (name, overlap) values (${group}, 'forbid')`;
  await sql`
    insert into span_label_types (name, display_name, color, group_name)
    values (${name}, ${name}, '#5b9dff', ${group})`;
  await expect(labels).toContainText(name);
  await expect(
    labels.getByRole('button', { name: `Overlaps in ${group}: no overlap` }),
  ).toBeVisible();
  await sql`delete from span_label_types where name = ${name}`;
  await sql`delete from span_label_groups where name = ${group}`;
  await expect(labels).not.toContainText(name);
  await sql.end();
});

test('eight windows, all in view, load, save and see what the others do', async ({ page, app }) => {
  test.slow();
  await openChart(page, app.url, 'eight');
  const context = page.context();
  const windows = [page];
  for (let n = 1; n < 8; n += 1) {
    const other = await context.newPage();
    await other.goto(page.url());
    await expect(other.getByTestId('legend')).toContainText('Vol');
    windows.push(other);
  }
  for (const each of windows) {
    await each.bringToFront();
    await drawSpan(each);
    await saved(each);
  }
  for (const each of windows) await expect(spans(each)).toHaveCount(8);

  // The one that holds the stream goes; another one takes over.
  await windows.shift()?.close();
  await drawSpan(windows[0]!);
  await saved(windows[0]!);
  for (const each of windows) await expect(spans(each)).toHaveCount(9);
  for (const each of windows) await each.close();
});

test('a window that lost the server catches up by itself', async ({ page, app }) => {
  await openChart(page, app.url, 'lost');
  const other = await page.context().newPage();
  await other.goto(page.url());
  await expect(other.getByTestId('legend')).toContainText('Vol');
  // An open stream is not broken by this, but the window is away: it has to come back.
  const context = page.context();
  let tries = 0;
  await context.route('**/api/trpc/live.chart*', (route) => {
    tries += 1;
    return route.abort();
  });
  await page.reload();
  await expect(page.getByTestId('legend')).toContainText('Vol');
  await other.reload();
  await expect(other.getByTestId('legend')).toContainText('Vol');
  await drawSpan(page);
  await saved(page);
  const before = tries;
  await expect.poll(() => tries, { timeout: 30_000 }).toBeGreaterThan(before);
  await expect(spans(other)).toHaveCount(0);
  await context.unroute('**/api/trpc/live.chart*');
  await expect(spans(other)).toHaveCount(1);
  await other.close();
});

test('the server gives a stream free soon after its window is gone', async ({ page, app }) => {
  const id = await openChart(page, app.url, 'gone');
  const input = encodeURIComponent(JSON.stringify({ json: { chartId: id, since: 0 } }));
  const url = `${app.url}/api/trpc/live.chart?input=${input}`;
  // More than there may be at once, if they were not given free.
  for (let round = 0; round < 3; round += 1) {
    await expect(async () => {
      const controller = new AbortController();
      const streams = await Promise.all(
        Array.from({ length: 90 }, () =>
          fetch(url, { headers: app.headers, signal: controller.signal }),
        ),
      );
      try {
        for (const stream of streams) {
          expect(stream.status).toBe(200);
          expect(stream.headers.get('cache-control')).toBe('no-cache, no-transform');
          expect(stream.headers.get('content-encoding')).toBeNull();
          const first = await stream.body?.getReader().read();
          expect(new TextDecoder().decode(first?.value)).toContain('event: connected');
        }
      } finally {
        controller.abort();
      }
    }).toPass({ intervals: [500, 1_000, 2_000], timeout: 60_000 });
  }
  const stream = await fetch(url, { headers: app.headers });
  const reader = stream.body?.getReader();
  let said = '';
  while (!said.includes('event: ping'))
    said += new TextDecoder().decode((await reader?.read())?.value);
  expect(said).not.toContain('TOO_MANY_REQUESTS');
  await reader?.cancel();
});
