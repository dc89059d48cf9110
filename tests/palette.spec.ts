import { resolve } from 'node:path';
import { expect, test } from './support/app';
import { openChart } from './support/chart';

const SHOTS = resolve('test-results/screenshots');

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    test('commands, labels and charts are found by what they are called', async ({ page, app }) => {
      const first = await openChart(page, app.url, `palette first ${colorScheme}`);
      await openChart(page, app.url, `palette second ${colorScheme}`);
      await page.keyboard.press('Control+k');
      const search = page.getByRole('combobox', { name: 'Search commands, labels and charts' });
      await expect(search).toBeFocused();
      await page.screenshot({ path: `${SHOTS}/palette-${colorScheme}.png` });
      await search.fill('logarithmic');
      await expect(page.getByRole('option')).toHaveCount(1);
      await page.keyboard.press('Enter');
      await expect(search).toBeHidden();
      await expect(page.getByRole('button', { name: 'Logarithmic price scale' })).toHaveAttribute(
        'aria-pressed',
        'true',
      );

      await page.keyboard.press('Control+k');
      const place = await search.boundingBox();
      await search.fill('no such thing at all');
      await expect(page.getByText('Nothing is called like that.')).toBeVisible();
      expect(await search.boundingBox(), 'where one types stays').toEqual(place);
      await search.fill('all keys');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
      await page.keyboard.press('Escape');

      await page.keyboard.press('Control+k');
      await search.fill(`open palette first ${colorScheme}`);
      await page.keyboard.press('Enter');
      await expect(page).toHaveURL(new RegExp(`/charts/${first}`));
    });
  });
}
