import { expect, test } from './support/app';
import { drawSpan, openChart, saved } from './support/chart';

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
    await page.getByRole('menuitem', { name: item, exact: true }).click();
  };
  await change('Edit…');
  await dialog.getByLabel('Display name').fill('Saucer');
  await dialog.getByRole('textbox', { name: 'Key' }).fill('saucer');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole('tab', { name: /Spans/ }).click();
  await expect(page.getByRole('list', { name: 'Spans' })).toContainText('Saucer');

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
