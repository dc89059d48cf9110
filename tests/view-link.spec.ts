import { expect, test } from './support/app';
import { drawSpan, openChart, openSample, placesOn, saved, WEEKDAYS } from './support/chart';
import { hold } from './support/hold';

test('the address says what is looked at: to send, to keep and to go back to', async ({
  page,
  app,
  browser,
}) => {
  const id = await openChart(page, app.url, 'address', WEEKDAYS);
  await page.goto(`${app.url}/charts/${id}?from=2018-03-05&to=2018-06-04&panel=labels&log=1`);
  await expect(page.getByTestId('legend')).toContainText('Vol');
  await expect(page.getByRole('tab', { name: 'Labels' })).toHaveAttribute('aria-selected', 'true');
  const log = page.getByRole('button', { name: 'Logarithmic price scale' });
  await expect(log).toHaveAttribute('aria-pressed', 'true');
  await page.mouse.move(0, 0);
  // The last bar in view is said by the legend.
  const ofJune = await page.getByTestId('legend').innerText();
  await expect(page).toHaveURL(/from=2018-03-05&to=2018-06-0[1-4]$/);

  // A jump and another timeframe can be gone back from; what is panned a little only moves the address.
  await page.keyboard.press('f');
  await expect(page).not.toHaveURL(/to=2018-06/);
  const legend = page.getByTestId('legend');
  const volume = async () => /Vol\s+(\S+)/.exec(await legend.innerText())?.[1] ?? '';
  const ofDays = await volume();
  await page.getByRole('button', { name: 'Bars of 1W' }).click();
  await expect(page).toHaveURL(/timeframe=604800/);
  await page.goBack();
  await expect(page).not.toHaveURL(/timeframe/);
  await expect(page.getByRole('button', { name: 'Bars of 1D' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await page.goForward();
  await expect(page).toHaveURL(/timeframe=604800/);
  const weeks = page.getByRole('button', { name: 'Bars of 1W' });
  await expect(weeks).toHaveAttribute('aria-pressed', 'true');
  // Between two that are not the chart's own, and to that one with its candles.
  await expect.poll(volume).not.toBe(ofDays);
  const ofWeeks = await volume();
  await page.getByRole('button', { name: 'Bars of 1M' }).click();
  await expect(page).toHaveURL(/timeframe=2592000/);
  await page.goBack();
  await expect(page).toHaveURL(/timeframe=604800/);
  await expect(weeks).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(volume).toBe(ofWeeks);
  await page.goBack();
  await expect.poll(volume).toBe(ofDays);

  await page.goto(`${app.url}/charts/${id}?from=2018-03-05&to=2018-06-04`);
  await expect(page.getByTestId('legend')).toHaveText(ofJune.replaceAll('\n', ' '), {
    useInnerText: true,
  });
  await drawSpan(page);
  await saved(page);
  await expect(page).toHaveURL(/selected=[0-9a-f-]{36}/);
  const address = page.url();

  // Who gets the address sees the same, with what is selected.
  const other = await (await browser.newContext()).newPage();
  await other.goto(address);
  await expect(other.getByRole('region', { name: /Selected|Span/ }).first()).toBeVisible();
  await expect(other).toHaveURL(address);

  // Without one, a chart opens as it was left.
  await page.goto(`${app.url}/charts/${id}`);
  await expect(page).toHaveURL(address);

  // What was changed a moment before a reload is kept as well.
  await page.getByRole('tab', { name: 'Labels' }).click();
  await page.reload();
  await expect(page).toHaveURL(/panel=labels/);
  await expect(page.getByRole('tab', { name: 'Labels' })).toHaveAttribute('aria-selected', 'true');
});

test('what is pressed before the range of an address is found moves from there', async ({
  page,
  app,
}) => {
  const id = await openSample(page, app.url, 'early');
  const release = await hold(page, new RegExp(`candles.locate.*${Date.UTC(2003, 2, 3) / 1_000}`));
  await page.goto(`${app.url}/charts/${id}?from=2003-03-03&to=2003-06-02`);
  await expect(page.getByTestId('legend')).toContainText('Vol');
  await page.mouse.move(0, 0);
  await page.keyboard.press('Control+g');
  await page.keyboard.type('2005-04-15');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  release();
  await expect(page.getByText('Cursor 2005-04-15')).toBeVisible();
  const daysInAddress = () => {
    const { searchParams } = new URL(page.url());
    const [from, to] = ['from', 'to'].map((name) => Date.parse(searchParams.get(name) ?? ''));
    return (to! - from!) / 86_400_000;
  };
  await expect(page).toHaveURL(/from=2005-0[123]/);
  expect(daysInAddress()).toBeGreaterThan(80);
  expect(daysInAddress()).toBeLessThan(100);
});

test('a date is typed as people type dates, and the bar cursor lands there', async ({
  page,
  app,
}) => {
  await openChart(page, app.url, 'dates', WEEKDAYS);
  const field = page.getByRole('textbox', { name: 'Date (UTC)' });
  const go = async (text: string) => {
    await page.keyboard.press('Control+g');
    await field.fill(text);
    await page.keyboard.press('Enter');
  };
  // A pointer that rests on the chart points at nothing when keys move the candles under it.
  const at = await placesOn(page);
  for (const share of [0.5, 0.52]) await page.mouse.move(at(share, 0.5).x, at(share, 0.5).y);
  await go('9 may 2018');
  await expect(page.getByText('Cursor 2018-05-09')).toBeVisible();
  // Until it moves, if only within a bar.
  await page.mouse.move(at(0.52, 0.51).x, at(0.52, 0.51).y);
  await expect(page.getByText(/bar [\d,]+$/)).toBeVisible();
  await go('-3w');
  await expect(page.getByText('Cursor 2018-04-18')).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByText('Cursor 2018-04-19')).toBeVisible();

  await page.keyboard.press('Control+g');
  await field.fill('05/09/2018');
  await expect(page.getByRole('dialog')).toContainText('Which of the two is the month?');
  await expect(page.getByRole('button', { name: 'Go', exact: true })).toBeDisabled();
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `test-results/screenshots/go-to-${colorScheme}.png` });
  }
  await field.fill('2031');
  await expect(page.getByRole('dialog')).toContainText('The nearest bar is shown.');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Cursor 2019-12-31')).toBeVisible();
});

test('a tab that is chosen before the candles are there outlives a reload', async ({
  page,
  app,
}) => {
  const id = await openChart(page, app.url, 'early tab');
  const labels = page.getByRole('tab', { name: 'Labels' });
  const release = await hold(page, '**/api/trpc/candles.pyramid*');
  await page.goto(`${app.url}/charts/${id}?from=2020-01-20`);
  await labels.click();
  await expect(page).toHaveURL(/from=2020-01-20/);
  await page.reload();
  await expect(labels).toHaveAttribute('aria-selected', 'true');
  release();
  await expect(page.getByTestId('legend')).toContainText('Vol');
  await expect(page).toHaveURL(/panel=labels&from=2020-01-20/);
});

test('a reload that is long in coming keeps what was changed before it', async ({ page, app }) => {
  await openChart(page, app.url, 'slow reload');
  const labels = page.getByRole('tab', { name: 'Labels' });
  await expect(page).toHaveURL(/from=/);
  // The address is written while the page waits for its successor.
  const network = await page.context().newCDPSession(page);
  await network.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 1_000,
    downloadThroughput: -1,
    uploadThroughput: -1,
  });
  await labels.click();
  await page.reload();
  await expect(labels).toHaveAttribute('aria-selected', 'true');
  await expect(page).toHaveURL(/panel=labels/);
});
