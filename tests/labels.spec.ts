import postgres from 'postgres';
import { formatRange } from '../src/components/format';
import { expect, test } from './support/app';
import { drag, drawSpan, openChart, placesOn, saved, settled } from './support/chart';

test('a label is made, used, renamed on its spans, put first, kept from deletion, and archived', async ({
  page,
  app,
}) => {
  await openChart(page, app.url, 'labels');
  await page.getByRole('tab', { name: 'Labels' }).click();
  const list = page.getByRole('list', { name: 'Labels' });
  await page.getByRole('button', { name: 'New label' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Display name').fill('Cup & handle');
  await expect(dialog.getByRole('textbox', { name: 'Key' })).toHaveValue('cup_and_handle');
  await dialog.getByLabel('Hotkey').selectOption('1');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.screenshot({ path: 'test-results/screenshots/label-dialog.png' });
  await expect(dialog.getByRole('alert')).toContainText('Another label has this key already');
  await dialog.getByLabel('Hotkey').selectOption('8');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(dialog).toBeHidden();
  await page.keyboard.press('8');
  await expect(list.getByRole('button', { pressed: true })).toContainText('Cup & handle');
  await drawSpan(page);
  await saved(page);

  const alert = page.getByRole('tabpanel').getByRole('alert');
  const change = async (item: string) => {
    await page.getByRole('tab', { name: 'Labels' }).click();
    await list.getByRole('button', { name: /^Change (Cup|Saucer)/ }).click();
    await page.getByRole('menuitem', { name: new RegExp(`^${item}`) }).click();
  };
  await change('Edit…');
  await dialog.getByLabel('Display name').fill('Saucer');
  await dialog.getByRole('textbox', { name: 'Key' }).fill('saucer');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole('tab', { name: /Spans/ }).click();
  await expect(page.getByRole('listbox', { name: 'Spans' })).toContainText('Saucer');

  await change('Move up');
  await expect(list.getByRole('listitem').nth(-2)).toContainText('Saucer');
  await change('Delete');
  await expect(alert).toContainText('“Saucer” is in use: 1 span on 1 chart.');
  await page.screenshot({ path: 'test-results/screenshots/labels.png' });
  await change('Archive');
  await expect(alert).toBeHidden();
  await expect(list.getByRole('button', { name: /^Saucer/ })).toBeDisabled();
  await expect(list.getByRole('button', { pressed: true })).not.toContainText('Saucer');
});

test('a label is merged into another one after a look at what that changes, and Ctrl+Z takes it back', async ({
  page,
  app,
}) => {
  await openChart(page, app.url, 'merge');
  await page.getByRole('tab', { name: 'Labels' }).click();
  const list = page.getByRole('list', { name: 'Labels' });
  const dialog = page.getByRole('dialog');
  // The menu of a row lies over the rows below it.
  await list.getByRole('button', { name: 'Change Bull flag', exact: true }).click();
  for (const item of ['Merge into…', 'Archive']) {
    await page.getByRole('menuitem', { name: item }).click({ trial: true });
  }
  await page.keyboard.press('Escape');
  const made = `Merge me ${Date.now()}`;
  await page.getByRole('button', { name: 'New label' }).click();
  await dialog.getByLabel('Display name').fill(made);
  await dialog.getByLabel('Hotkey').selectOption('');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await list.getByRole('button', { name: new RegExp(`^${made}`) }).click();
  await drawSpan(page);
  await saved(page);

  await page.getByRole('tab', { name: 'Labels' }).click();
  await list.getByRole('button', { name: `Change ${made}` }).click();
  await page.getByRole('menuitem', { name: 'Merge into…' }).click();
  await dialog.getByLabel('Into').selectOption('Custom');
  await expect(dialog).toContainText('1 span on 1 chart gets Custom.');
  await expect(dialog.getByRole('row', { name: 'People 1 1' })).toBeVisible();
  await page.screenshot({ path: 'test-results/screenshots/merge-labels.png' });
  await dialog.getByRole('button', { name: 'Merge' }).click();
  await expect(
    list.getByRole('button', { name: new RegExp(`^${made} now Custom`) }),
  ).toBeDisabled();

  await page.keyboard.press('Control+z');
  await expect(list.getByRole('button', { name: new RegExp(`^${made} 1 span`) })).toBeEnabled();
  // From the list it can be merged and taken back as well; it is gone at the end, for other tests.
  await page.keyboard.press('Control+Shift+z');
  await list.getByRole('button', { name: `Change ${made}` }).click();
  await page.getByRole('menuitem', { name: 'Undo the merge' }).click();
  await expect(list.getByRole('button', { name: new RegExp(`^${made} 1 span`) })).toBeEnabled();
  await page.getByRole('tab', { name: /Spans/ }).click();
  await expect(page.getByRole('listbox', { name: 'Spans' })).toContainText(made);
});

test('of 400 labels in groups each is a few keys away, and a drag puts one elsewhere', async ({
  page,
  app,
}) => {
  const sql = postgres(app.databaseUrl, { max: 1, onnotice: () => {} });
  const groups = ['Flags', 'Tops', 'Gaps', 'Triangles'];
  await sql`insert into span_label_groups (name) select unnest(${groups}::text[])`;
  await sql`
    insert into span_label_types (name, display_name, color, sort_order, group_name)
    select 'many_' || n, g || ' ' || n, '#8a94a6', 1000 + n, g
    from generate_series(1, 400) n, lateral (select (${groups}::text[])[1 + n % 4] as g) as groups`;
  try {
    await openChart(page, app.url, 'many labels');
    await drawSpan(page);
    await saved(page);
    const list = page.getByRole('listbox', { name: 'Spans' });
    const menu = page.getByRole('dialog', { name: 'Labels' });
    const began = Date.now();
    await page.keyboard.press('/');
    await expect(menu.getByText('Second row of keys')).toBeVisible();
    const opened = Date.now();
    await page.keyboard.type('tri 399');
    await expect(menu.getByRole('option').first()).toContainText('Triangles 399');
    console.log(
      `400 labels: the menu in ${opened - began} ms, 7 letters in ${Date.now() - opened} ms`,
    );
    // Whatever is typed, what is drawn stays short.
    expect(await menu.getByRole('option').count()).toBeLessThanOrEqual(60);
    await page.screenshot({ path: 'test-results/screenshots/label-menu.png' });
    await page.keyboard.press('Enter');
    await expect(menu).toBeHidden();
    await expect(list).toContainText('Triangles 399');
    // It is a recent one now, with a digit of its own in the dock.
    const chip = page.getByRole('button', { name: /^\d Triangles 399/ });
    await expect(chip).toHaveAttribute('aria-pressed', 'true');
    const digit = (await chip.textContent())?.[0] ?? '';
    await page.keyboard.press('Shift+2');
    await expect(list).not.toContainText('Triangles 399');
    await page.keyboard.press(digit);
    await expect(list).toContainText('Triangles 399');
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    await expect(menu).toBeHidden();

    await page.getByRole('tab', { name: 'Labels' }).click();
    await page.getByRole('searchbox', { name: 'Search labels' }).fill('s 40');
    const rows = page.getByRole('list', { name: 'Labels' });
    await expect(rows.getByRole('listitem')).toContainText(['Flags', 'Flags 40', 'Flags 400']);
    await page
      .getByRole('button', { name: /^Flags 400/ })
      .dragTo(page.getByRole('button', { name: /^Flags 40 / }));
    await expect(rows.getByRole('listitem')).toContainText(['Flags', 'Flags 400', 'Flags 40']);
    await page.getByRole('button', { name: /^Flags 400/ }).press('Alt+ArrowDown');
    await expect(rows.getByRole('listitem')).toContainText(['Flags', 'Flags 40', 'Flags 400']);
    await page.screenshot({ path: 'test-results/screenshots/label-groups.png' });
  } finally {
    await sql`delete from span_annotations where label like 'many\_%'`;
    await sql`delete from span_label_types where name like 'many\_%'`;
    await sql`delete from span_label_groups where name = any(${groups}::text[])`;
    await sql.end();
  }
});

test('spans of a group that may not overlap are refused or cut, and the page says so', async ({
  page,
  app,
}) => {
  const name = `flag_${Date.now()}`;
  const sql = postgres(app.databaseUrl, { max: 1, onnotice: () => {} });
  await sql`insert into span_label_groups (name) values (${name})`;
  await sql`
    insert into span_label_types (name, display_name, color, sort_order, group_name)
    values (${name}, ${name}, '#8a94a6', 0, ${name})`;
  try {
    await openChart(page, app.url, 'overlap');
    await page.getByRole('tab', { name: 'Labels' }).click();
    await page.getByRole('button', { name: new RegExp(`^${name}`) }).click();
    const rule = async (from: string, to: string) => {
      await page.getByRole('tab', { name: 'Labels' }).click();
      await page.getByRole('button', { name: `Overlaps in ${name}: ${from}` }).click();
      await page.getByRole('menuitem', { name: to }).click();
    };
    const draw = async (from: number, to: number, says?: RegExp, picture?: string) => {
      const at = await placesOn(page);
      await page.keyboard.press('s');
      if (says) {
        // It is told before the button is let go.
        await page.mouse.move(at(from, 0.6).x, at(from, 0.6).y);
        await page.mouse.down();
        await page.mouse.move(at(to, 0.6).x, at(to, 0.6).y, { steps: 4 });
        await expect(page.getByText(says)).toBeVisible();
        await page.screenshot({ path: `test-results/screenshots/${picture}.png` });
        await page.mouse.up();
      } else await drag(page, at(from, 0.6), at(to, 0.6));
      await page.keyboard.press('v');
    };
    const rows = page.getByRole('listbox', { name: 'Spans' }).getByRole('option');
    await rule('may overlap', 'One that overlaps is refused');
    await expect(
      page.getByRole('button', { name: `Overlaps in ${name}: no overlap` }),
    ).toBeVisible();
    await draw(0.4, 0.5);
    await saved(page);
    await draw(0.45, 0.6, /is in the way: spans of .* may not overlap/, 'overlap-refused');
    await page.getByRole('tab', { name: /^Spans/ }).click();
    await expect(rows).toHaveCount(1);
    // What is pasted is refused as at once.
    await rows.first().click();
    await page.keyboard.press('Control+c');
    const at = await placesOn(page);
    await page.mouse.move(at(0.46, 0.6).x, at(0.46, 0.6).y);
    await page.keyboard.press('Control+v');
    await expect(page.getByText(/is in the way: spans of .* may not overlap/)).toBeVisible();
    await expect(rows).toHaveCount(1);
    await rule('no overlap', 'A new one is cut to what is free');
    await expect(
      page.getByRole('button', { name: `Overlaps in ${name}: cut to fit` }),
    ).toBeVisible();
    await draw(0.45, 0.6, /^Cut to what is free/, 'overlap-cut');
    await expect(page.getByText(/^The span was cut to what is free/)).toBeVisible();
    await saved(page);
    const stored = await sql`
      select start_time, end_time from span_annotations where label = ${name} order by start_time`;
    expect(stored).toHaveLength(2);
    expect(stored[1]?.start_time.getTime()).toBe(stored[0]?.end_time.getTime() + 86_400_000);

    // Bars of weeks tell the candles that will be left, and those are.
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(rows).toHaveCount(1);
    await page.getByRole('button', { name: 'Bars of 1W' }).click();
    await expect(page.getByTestId('legend')).toContainText('1W');
    await settled(page);
    const told = page.getByText(/^Cut to what is free/);
    const weeks = await placesOn(page);
    await page.keyboard.press('s');
    await page.mouse.move(weeks(0.1, 0.6).x, weeks(0.1, 0.6).y);
    await page.mouse.down();
    await page.mouse.move(weeks(0.9, 0.6).x, weeks(0.9, 0.6).y, { steps: 4 });
    await expect(told).toBeVisible();
    await page.screenshot({ path: 'test-results/screenshots/overlap-cut-weeks.png' });
    const says = await told.innerText();
    await page.mouse.up();
    await expect(rows).toHaveCount(2);
    await saved(page);
    const [left] = await sql`
      select extract(epoch from start_time)::float8 as "from", extract(epoch from end_time)::float8 as "to"
      from span_annotations where label = ${name} order by id desc limit 1`;
    expect(says).toContain(`free, ${formatRange(left?.from, left?.to, 86_400)}:`);
  } finally {
    await sql`delete from span_annotations where label = ${name}`;
    await sql`delete from span_label_types where name = ${name}`;
    await sql`delete from span_label_groups where name = ${name}`;
    await sql.end();
  }
});
