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

test('a label is merged into another one after a look at what that changes, and Ctrl+Z takes it back', async ({
  page,
  app,
}) => {
  await openChart(page, app.url, 'merge');
  await page.getByRole('tab', { name: 'Labels' }).click();
  const list = page.getByRole('list', { name: 'Labels' });
  const dialog = page.getByRole('dialog');
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
  await expect(page.getByRole('list', { name: 'Spans' })).toContainText(made);
});
