import { expect, type Page, test } from './support/app';
import { openChart } from './support/chart';

const SHOTS = 'test-results/screenshots';

const notice = (page: Page) => page.getByTestId('next-window');
const inView = (page: Page) => new URL(page.url()).searchParams.get('from');

test('one key goes to the window to look at now, from a chart and from a page outside', async ({
  page,
  app,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openChart(page, app.url, 'next', 400);
  await page.keyboard.press('Shift+n');
  await expect(notice(page)).toContainText(/examined|is unsure/);
  await expect.poll(() => inView(page)).not.toBeNull();
  const first = page.url();
  await page.screenshot({ path: `${SHOTS}/next-window.png` });
  // Asked again, it tells another one.
  await notice(page).getByRole('button', { name: 'Next' }).click();
  await expect.poll(() => page.url()).not.toBe(first);
  await notice(page).getByRole('button', { name: 'Examined' }).click();
  await notice(page).getByRole('button', { name: 'Close' }).click();
  await expect(notice(page)).toBeHidden();

  await page.goto(`${app.url}/models`);
  await expect(page.getByRole('button', { name: 'Label next' })).toBeVisible();
  await page.screenshot({ path: `${SHOTS}/next-pages.png` });
  await page.keyboard.press('Shift+n');
  await expect(page).toHaveURL(/\/charts\/\d+\?from=/);
  await expect(notice(page)).toContainText(/examined|is unsure/);
  await page.getByRole('button', { name: /theme/i }).click();
  await page.screenshot({ path: `${SHOTS}/next-window-dark.png` });
});
