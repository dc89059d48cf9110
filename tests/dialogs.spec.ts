import { expect, test } from './support/app';
import { openChart } from './support/chart';

test('a dialog begins with the keyboard where one would type or press first', async ({
  page,
  app,
}) => {
  await openChart(page, app.url, 'dialogs');
  const dialog = page.getByRole('dialog');
  const close = async () => {
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  };

  await page.keyboard.press('Control+g');
  await expect(dialog.getByLabel('Date (UTC)')).toBeFocused();
  await close();

  await page.getByRole('button', { name: 'Import candles or labels' }).click();
  await expect(dialog.getByRole('button', { name: 'choose one' })).toBeFocused();
  await close();

  await page.getByRole('button', { name: 'Export candles and labels' }).click();
  await expect(dialog.getByRole('radio').first()).toBeFocused();
  await close();

  await page.getByRole('tab', { name: 'Labels' }).click();
  await page.getByRole('button', { name: 'New label' }).click();
  await expect(dialog.getByLabel('Display name')).toBeFocused();
  await close();

  const menu = page.getByRole('button', { name: /candles$/ });
  await menu.click();
  await page.getByRole('menuitem', { name: 'Rename this chart' }).click();
  await expect(dialog.getByLabel('Name')).toBeFocused();
  await close();

  await menu.click();
  await page.getByRole('menuitem', { name: 'Delete this chart' }).click();
  await expect(dialog.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await close();
});
