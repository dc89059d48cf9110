import postgres from 'postgres';
import { expect, test } from './support/app';
import { drawSpan, openChart, saved } from './support/chart';
import { hold } from './support/hold';
import { metrics, putRun } from './support/runs';

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

test('the chart and the top bar may stop, each by itself, and the rest goes on', async ({
  page,
  app,
}) => {
  await openChart(page, app.url, 'stopped');
  const spans = page.getByRole('listbox', { name: 'Spans' });
  const stopped = (what: string) =>
    page.getByRole('alert').filter({ hasText: `The ${what} has stopped` });
  await page.route('**/api/trpc/candles.pyramid*', async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    body.result.data.json.timeframes = 'none';
    await route.fulfill({ response: answer, json: body });
  });
  await page.reload();
  await expect(stopped('top bar')).toContainText('is not a function');
  await expect(page.getByRole('application')).toBeVisible();
  await page.unroute('**/api/trpc/candles.pyramid*');

  await page.addInitScript(() => {
    const { getContext } = HTMLCanvasElement.prototype;
    HTMLCanvasElement.prototype.getContext = function (...of: never[]) {
      if ('isMended' in window) return Reflect.apply(getContext, this, of);
      throw new Error('no canvas here');
    };
  });
  await page.reload();
  await expect(stopped('chart')).toContainText('no canvas here');
  await expect(page.getByRole('button', { name: 'Go to a date or a gap' })).toBeVisible();
  await expect(page.getByRole('tab', { name: /^Spans/ })).toBeVisible();
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `test-results/screenshots/chart-stopped-${colorScheme}.png` });
  }
  await page.evaluate(() => Object.assign(window, { isMended: true }));
  await stopped('chart').getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByTestId('legend')).toContainText('Vol');
  await drawSpan(page);
  await saved(page);
  await expect(spans.getByRole('option')).toHaveCount(1);
});

test('what is not read yet is not called nothing', async ({ page, app }) => {
  const chartId = await openChart(page, app.url, 'unread');
  await drawSpan(page);
  await saved(page);
  const sql = postgres(app.databaseUrl, { max: 1 });
  await putRun(sql, { chartId, metrics: metrics(0.6) });
  await sql.end();
  const readSpans = await hold(page, /(spans|annotations)\.list/);
  const readPredictions = await hold(page, /predictions\.list/);
  await page.reload();
  await expect(page.getByText('Not read yet.')).toBeVisible();
  await page.getByRole('tab', { name: /Models/ }).click();
  const review = page.getByRole('region', { name: 'To review' });
  await expect(review).toContainText('Reading what the run predicts…');
  await expect(page.getByRole('region', { name: 'Train', exact: true })).not.toContainText(
    'Label some patterns first',
  );
  // Both, as what is asked for at the same moment may be one request.
  readPredictions();
  readSpans();
  await expect(review).toContainText('Nothing above 0.55 that you have not settled');
  await page.getByRole('tab', { name: /Spans/ }).click();
  await expect(page.getByRole('listbox', { name: 'Spans' }).getByRole('option')).toHaveCount(1);
});
