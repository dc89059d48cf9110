import postgres from 'postgres';
import { expect, test } from './support/app';
import { openChart } from './support/chart';

const measured = (value: number, chance: number) => ({
  value,
  interval: [value - 0.06, value + 0.06],
  chance,
  baseline: 0.3,
});
const label = (name: string, support: number, predicted: number, recall: number) => ({
  ...{ label: name, support, predicted, precision: 0.7, recall, f1: 0.65 },
});
const metrics = (f1: number, rest: object = {}) => ({
  ...{ spanF1: f1, spanF1Std: 0.1, candleF1: 0.5, threshold: 0.55, leaks: 0 },
  perLabel: [label('bull_flag', 43, 41, 0.67), label('wedge_up', 9, 8, 0.56)],
  confusion: {
    labels: ['bull_flag', 'none'],
    counts: [
      [29, 14],
      [12, 0],
    ],
  },
  importance: [{ feature: 'slope', share: 0.2 }],
  ...{ calibration: [], folds: [] },
  ...rest,
});
const quality = {
  ...{ meanAp: measured(0.43, 0.05), f1: measured(0.65, 0.1), precision: measured(0.7, 0.1) },
  ...{ recall: measured(0.61, 0.1), spans: 120, found: 73, shown: 105 },
  boundaryError: { start: 1.9, end: 2.3 },
};
const curve = [
  { threshold: 0.95, precision: 0.95, recall: 0.2, interval: [0.9, 1] },
  { threshold: 0.55, precision: 0.7, recall: 0.61, interval: [0.6, 0.8] },
  { threshold: 0.1, precision: 0.3, recall: 0.9, interval: [0.2, 0.4] },
];

test('a run says what it is worth and on what condition, is compared, named, deleted and trained anew', async ({
  page,
  app,
}) => {
  const chartId = await openChart(page, app.url, 'models');
  const sql = postgres(app.databaseUrl, { max: 1 });
  const put = async (split: string, figures: object) => {
    const params = { chartIds: [chartId], labels: [], model: 'forest', folds: 5, seed: 0, split };
    const [row] = await sql<{ id: number }[]>`
      insert into training_runs ${sql({
        status: 'succeeded',
        params: sql.json(params),
        metrics: sql.json(figures as never),
        finished_at: new Date(),
      })} returning id`;
    return row?.id ?? 0;
  };
  const before = await put('random', metrics(0.4, { perLabel: [label('wedge_up', 6, 3, 0.34)] }));
  const foreign = await put('whatever', { accuracy: 0.9, notes: { place: 'elsewhere' } });
  const run = await put('purged', metrics(0.65, { quality, curve }));
  await sql.end();

  await page.goto(`${app.url}/models/${run}`);
  const sentence = page.getByTestId('sentence');
  await expect(sentence).toHaveText(
    'Finds 6 of 10 patterns; 3 of 10 it shows are wrong. Chance would find 1 of 10.',
  );
  const main = page.getByRole('main');
  await expect(main).toContainText('73 of 120');
  await expect(main).toContainText('90 % interval');
  const table = page.getByRole('table', { name: 'Figures by label' });
  await expect(table.getByRole('row', { name: /Wedge up/ })).toContainText(
    'finds 5 of 9, 2 of 8 shown are wrong · under 10 spans, counts only',
  );
  await expect(
    page.getByRole('img', { name: /^Precision over recall/ }).locator('svg'),
  ).toBeVisible();
  await page.screenshot({ path: 'test-results/screenshots/model.png' });

  // The sentence holds at the threshold that is set.
  const slider = page.getByRole('slider', { name: /Show predictions/ });
  await slider.press('End');
  await expect(sentence).toHaveText('Finds 2 of 10 patterns; 1 of 10 it shows are wrong.');
  await slider.press('Home');
  await expect(sentence).toHaveText('Finds 9 of 10 patterns; 7 of 10 it shows are wrong.');

  await page.getByRole('combobox', { name: 'Compared with' }).selectOption(String(before));
  await expect(page.getByRole('region', { name: 'Compared with' })).toContainText(
    'random → purged',
  );

  await page.getByRole('button', { name: 'Name…' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('Before the holidays');
  await page.getByRole('button', { name: 'Save' }).click();
  const list = page.getByRole('navigation', { name: 'Runs' });
  await expect(list).toContainText('Before the holidays');

  await page.goto(`${app.url}/models/${before}`);
  await expect(sentence).toHaveText(
    'Finds 2 of 6 patterns; 1 of 3 it shows are wrong. Too few to say how often.',
  );
  await expect(main).toContainText('Random split');
  await expect(list.getByRole('link', { name: new RegExp(`^Run ${before} `) })).toContainText(
    'random split',
  );
  await page.getByRole('button', { name: 'Delete…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page).toHaveURL(/\/models$/);
  await expect(list.getByRole('link', { name: new RegExp(`^Run ${before} `) })).toBeHidden();

  await page.goto(`${app.url}/models/${foreign}`);
  await expect(main).toContainText('notes.placeelsewhere');
  await expect(main).toContainText('nothing here has checked it');

  await page.goto(`${app.url}/models/${run}`);
  await expect(sentence).toBeVisible();
  await page.getByRole('button', { name: 'Train a run' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: 'Bull flag' }).check();
  await expect(dialog.getByRole('button', { name: 'Train on 0 spans of 1 chart' })).toBeDisabled();
  await expect(dialog).toContainText('There is nothing to learn from');
});
