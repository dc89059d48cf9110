import { expect, test } from './support/app';
import { drawSpan, openChart } from './support/chart';
import { hold } from './support/hold';

test('bars are marked as examined by keys, cut on the axis, taken back, and offered from what was seen', async ({
  page,
  app,
}) => {
  await openChart(page, app.url, 'examined');
  const band = page.getByTestId('examined-band');
  await expect(band).toContainText('Nobody has said which bars were examined');
  await page.getByRole('tab', { name: 'Labels' }).click();
  const summary = page.getByRole('region', { name: 'Examined' });
  await expect(summary).toContainText('0 spans in 0 examined candles of 60');

  await page.keyboard.press('k');
  await expect(summary).toContainText('in 60 examined candles of 60');
  const box = await band.boundingBox();
  if (!box) throw new Error('the band is not on the page');
  await page.mouse.move(box.x + box.width * 0.4, box.y + 5);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + 5, { steps: 4 });
  await page.mouse.up();
  await expect(band).toContainText(/^1\d bars not examined$/);
  await expect(summary).toContainText(/in 4\d examined candles of 60/);
  await page.keyboard.press('Control+z');
  await expect(summary).toContainText('in 60 examined candles of 60');
  await page.keyboard.press('Control+z');
  await expect(summary).toContainText('in 0 examined candles of 60');

  // A key that comes before the candles waits for them.
  const release = await hold(page, '**/api/trpc/candles.pyramid*');
  await page.reload();
  await page.getByRole('application').waitFor();
  await expect(page.getByTestId('legend')).not.toContainText('Vol');
  await page.keyboard.press('k');
  release();
  await expect(summary).toContainText('in 60 examined candles of 60');
  await page.keyboard.press('Control+z');
  await expect(summary).toContainText('in 0 examined candles of 60');

  // Nothing is stored of what was on screen while somebody labelled, until that is accepted.
  await drawSpan(page);
  const offer = page.getByRole('status').filter({ hasText: 'as examined?' });
  await expect(offer).toContainText('Mark 60 bars as examined?');
  await page.getByRole('tab', { name: 'Labels' }).click();
  await expect(summary).toContainText('1 span in 0 examined candles of 60');
  await offer.getByRole('button', { name: 'Not now' }).click();
  await expect(offer).toBeHidden();
  await summary.getByRole('button', { name: 'Use first to last span as examined' }).click();
  await expect(summary).toContainText(/1 span in 1?\d examined candles of 60/);
  await page.screenshot({ path: 'test-results/screenshots/examined.png' });

  await summary.getByRole('button', { name: '1 range' }).click();
  await summary.getByRole('button', { name: /^Remove / }).click();
  await expect(summary).toContainText('in 0 examined candles of 60');
});

test('what was examined while the server was away outlives the page', async ({ page, app }) => {
  await openChart(page, app.url, 'examined offline');
  const context = page.context();
  await context.setOffline(true);
  await page.keyboard.press('k');
  await expect(page.getByTestId('save-state')).toContainText('1 change not saved');
  await expect(page.getByRole('contentinfo')).toContainText('Server off');
  const address = page.url();
  await page.close();
  await context.setOffline(false);
  const next = await context.newPage();
  await next.goto(address);
  await next.getByRole('tab', { name: 'Labels' }).click();
  const summary = next.getByRole('region', { name: 'Examined' });
  await expect(summary).toContainText('in 60 examined candles of 60');
  await expect(next.getByTestId('save-state')).toHaveText('All changes saved');
  await next.reload();
  await expect(summary).toContainText('in 60 examined candles of 60');
});
