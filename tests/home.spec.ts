import { expect, test } from './support/app';
import { drawSpan, openChart, saved } from './support/chart';

test('charts are listed with what is on them, found, sorted and opened by key', async ({
  page,
  app,
}) => {
  const first = await openChart(page, app.url, 'home first', 40);
  await drawSpan(page);
  await saved(page);
  const second = await openChart(page, app.url, 'home second', 90);
  await page.goto(app.url);
  const links = page.getByRole('list', { name: 'Charts' }).getByRole('link');
  const row = (id: number) => page.locator(`a[data-chart="${id}"]`);
  await expect(row(first)).toContainText('home first');
  await expect(row(first)).toContainText('Bull flag 1');
  await expect(row(second)).toContainText('No spans yet');
  await expect(row(second)).toContainText('90');
  await expect(row(first).locator('canvas')).toBeVisible();
  await page.screenshot({ path: 'test-results/screenshots/home.png' });

  await page.keyboard.press('/');
  await page.keyboard.type('home bull');
  await expect(links).toHaveCount(1);
  await page.keyboard.press('Escape');
  await page.keyboard.type('home ');
  await page.getByRole('combobox', { name: 'Sort by' }).selectOption('candles');
  await expect(links.nth(0)).toContainText('home second');
  await page.getByRole('searchbox').focus();
  await page.keyboard.press('ArrowDown');
  await expect(row(second)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(row(first)).toBeFocused();
  await page.keyboard.press('o');
  await expect(page).toHaveURL(new RegExp(`/charts/${first}`));

  await page.goto(app.url);
  await expect(row(first)).toBeVisible();
  await page.keyboard.press('i');
  await expect(page.getByRole('dialog')).toContainText('Drop a file here');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^More for home second/ }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Delete home second');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(row(second)).toHaveCount(0);
  const deleted = page.getByRole('region', { name: 'Deleted charts' }).getByRole('listitem');
  const own = deleted.filter({ hasText: 'home second' }).first();
  await expect(own).toContainText('90 candles · deleted just now · 30 days left');
  await own.getByRole('button', { name: 'Restore' }).click();
  await expect(row(second)).toContainText('home second');
});

test('a row leads to what is to be looked at on its chart, and opens it once all is examined', async ({
  page,
  app,
}) => {
  const id = await openChart(page, app.url, 'home row', 60);
  await openChart(page, app.url, 'home beside', 400);
  await page.goto(app.url);
  const row = page.locator(`a[data-chart="${id}"]`);
  await row.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('next-window')).toBeVisible();
  expect(new URL(page.url()).pathname).toBe(`/charts/${id}`);

  // Keys about bars wait for nobody: the chart has to be there.
  await expect(page.getByTestId('legend')).toContainText('Vol');
  await page.keyboard.press('f');
  const marked = page.waitForResponse((answer) => answer.url().includes('examined.mark'));
  await page.keyboard.press('k');
  await marked;
  await page.goto(app.url);
  const item = page.getByRole('listitem').filter({ has: row });
  await expect(item).toContainText('100 %');
  await expect(item.getByRole('button', { name: 'Label next' })).toHaveCount(0);
  await item.getByRole('link', { name: 'Open' }).click();
  await expect(page).toHaveURL(new RegExp(`/charts/${id}`));
});
