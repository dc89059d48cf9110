import { expect, test } from './support/app';
import { openChart, WEEKDAYS } from './support/chart';

/** Quarters of an hour over the change to winter time in New York, 7 November 2010 at 06:00 UTC. */
const QUARTERS = Array.from({ length: 8 * 96 }, (_, at) => {
  const time = new Date(Date.UTC(2010, 10, 4) + at * 900_000).toISOString();
  return `${time.slice(0, 19)},10,${12 + (at % 7)},9,11,100\n`;
});

test('times are those of the zone that is chosen, summer time included, and it stays', async ({
  page,
  app,
}) => {
  await openChart(page, app.url, 'zones', QUARTERS);
  const place = page.getByRole('contentinfo');
  const choose = async (zone: string) => {
    await page.getByRole('button', { name: /Time zone/ }).click();
    const search = page.getByRole('dialog').getByPlaceholder('Search zones');
    await expect(search).toBeFocused();
    await search.fill(zone);
    await page.keyboard.press('Enter');
  };
  await page.mouse.move(0, 0);
  const goTo = async (text: string) => {
    await page.keyboard.press('Control+g');
    await page.getByRole('dialog').getByRole('textbox').fill(text);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toBeHidden();
  };
  await expect(page.getByRole('button', { name: 'UTC: Time zone' })).toBeVisible();
  await goTo('2010-11-07 05:45');
  await expect(place).toContainText('Cursor 2010-11-07 05:45');

  // The exchange's zone is asked for once.
  await choose('The exchange');
  await expect(page.getByRole('dialog')).toContainText('In which zone is zones');
  await page.getByRole('dialog').getByPlaceholder('Search zones').fill('America/New York');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'New York: Time zone' })).toBeVisible();
  await expect(place).toContainText('Cursor 2010-11-07 01:45');
  // The quarter after it is at 01:00 again.
  await page.keyboard.press('ArrowRight');
  await expect(place).toContainText('Cursor 2010-11-07 01:00');
  await expect(page.getByRole('dialog')).toBeHidden();
  // What is typed is read in the zone: half past nine in the morning of New York.
  await goTo('2010-11-08 09:30');
  await expect(place).toContainText('Cursor 2010-11-08 09:30');
  await page.keyboard.press('s');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('1');
  await expect(page.getByRole('listbox', { name: 'Spans' }).getByRole('option')).toContainText(
    '8 Nov 2010 09:30 – 12:00',
  );
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `test-results/screenshots/zone-${colorScheme}.png` });
  }

  await page.reload();
  await expect(page.getByRole('listbox', { name: 'Spans' }).getByRole('option')).toContainText(
    '8 Nov 2010 09:30 – 12:00',
  );
  // The chart keeps it, for other browsers and people as well.
  await page.evaluate(() => localStorage.removeItem('candle-annotator:time-zone'));
  await page.reload();
  await expect(page.getByRole('button', { name: 'UTC: Time zone' })).toBeVisible();
  await choose('The exchange');
  await expect(page.getByRole('button', { name: 'New York: Time zone' })).toBeVisible();
  await choose('This computer');
  await expect(page.getByRole('button', { name: /^Kath?mandu: Time zone/ })).toBeVisible();
  await expect(page.getByRole('listbox', { name: 'Spans' }).getByRole('option')).toContainText(
    '8 Nov 2010 20:15 – 22:45',
  );
  await page.getByRole('button', { name: 'Export candles and labels' }).click();
  await expect(page.getByRole('dialog')).toContainText('Times in the file are UTC');
  await page.getByRole('radio', { name: /BIO CSV/ }).check();
  await expect(page.getByRole('dialog')).toContainText(/Times of Kath?mandu/);
  await page.screenshot({ path: 'test-results/screenshots/export-zone.png' });
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /Time zone/ }).click();
  await expect(page.getByRole('dialog')).toContainText('UTC+05:45');
  await page.screenshot({ path: 'test-results/screenshots/zone-dialog.png' });
});

test('a day that begins at midnight UTC is a date in every zone', async ({ page, app }) => {
  await page.addInitScript(() => {
    localStorage.setItem(
      'candle-annotator:time-zone',
      JSON.stringify({ state: { choice: 'America/New_York', exchanges: {} }, version: 0 }),
    );
  });
  await openChart(page, app.url, 'zones of days', WEEKDAYS);
  await page.mouse.move(0, 0);
  await page.keyboard.press('Home');
  await expect(page.getByRole('contentinfo')).toContainText('Cursor 2018-01-01');
});
