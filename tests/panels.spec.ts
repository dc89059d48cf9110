import { expect, test } from './support/app';
import { drawSpan, openChart, saved } from './support/chart';

test('a part of the page that throws says so, and the chart goes on', async ({ page, app }) => {
  await openChart(page, app.url, 'panels');
  await page.evaluate(() => {
    const { supportedValuesOf } = Intl;
    Intl.supportedValuesOf = (...of) => {
      if ('isMended' in window) return supportedValuesOf(...of);
      throw new RangeError(`no ${of[0]} here`);
    };
  });
  await page.getByRole('button', { name: /Time zone/ }).click();
  const notice = page.getByText('The dialog has stopped');
  await expect(notice).toBeVisible();
  await expect(page.getByRole('alert').filter({ has: notice })).toContainText('no timeZone here');
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `test-results/screenshots/stopped-${colorScheme}.png` });
  }
  await page.evaluate(() => Object.assign(window, { isMended: true }));
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('dialog', { name: 'Time zone' })).toBeVisible();
  await page.keyboard.press('Escape');
  await drawSpan(page);
  await saved(page);
  await expect(page.getByRole('listbox', { name: 'Spans' }).getByRole('option')).toHaveCount(1);
});
