import { expect, test } from './support/app';
import { openChart } from './support/chart';

test('a key is given to another command, named where it is taken, kept and reset', async ({
  page,
  app,
}) => {
  await openChart(page, app.url, 'remap');
  const log = page.getByRole('button', { name: 'Logarithmic price scale' });
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keys' });
  await sheet.getByRole('button', { name: 'Change keys' }).click();
  const keyOf = (title: string) =>
    sheet.getByRole('button', { name: new RegExp(`^Key of ${title}`) });
  await expect(keyOf('Logarithmic price scale')).toHaveAccessibleName(/none$/);
  await keyOf('Logarithmic price scale').click();
  await page.keyboard.press('Escape');
  await expect(sheet).toBeVisible();
  await keyOf('Logarithmic price scale').click();
  await page.keyboard.press('h');
  await expect(sheet.getByRole('alert')).toContainText(
    'H is the key of “Hide or show annotations”.',
  );
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `test-results/screenshots/remap-${colorScheme}.png` });
  }
  await sheet.getByRole('button', { name: 'Use it here' }).click();
  await expect(keyOf('Logarithmic price scale')).toHaveAccessibleName(/H$/);
  await expect(keyOf('Hide or show annotations')).toHaveAccessibleName(/none$/);
  await page.keyboard.press('Escape');

  await page.keyboard.press('h');
  await expect(log).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('button', { name: 'Hide annotations' })).toBeVisible();
  await expect(page).toHaveURL(/[?&]log=1/);
  await page.reload();
  await expect(page.getByTestId('legend')).toContainText('Vol');
  await log.hover();
  await expect(page.getByRole('tooltip')).toContainText('H');
  await page.keyboard.press('h');
  await expect(log).toHaveAttribute('aria-pressed', 'false');

  await page.keyboard.press('?');
  await sheet.getByRole('button', { name: 'Reset all keys' }).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('h');
  await expect(page.getByRole('button', { name: 'Show annotations' })).toBeVisible();
  await expect(log).toHaveAttribute('aria-pressed', 'false');
});
