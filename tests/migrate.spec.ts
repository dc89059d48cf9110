import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import postgres from 'postgres';
import { buildFile, candlesOf, HOUR, START } from '../scripts/sqlite-migration/testing/build';
import { expect, test } from './support/app';

/** Runs the migration as a user would, beside the running app, and gives its exit code and output. */
async function migrate(path: string, dataDir: string) {
  const child = spawn(
    'npm',
    ['run', 'migrate:sqlite', '--', path, '--yes', '--report', join(path, '..', 'report')],
    {
      env: { ...process.env, DATABASE_URL: '', DIRECT_DATABASE_URL: '', DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  return { code, output };
}

test('a SQLite file of the old app is moved, and its spans are on the chart', async ({
  page,
  app,
}) => {
  const sql = postgres(app.databaseUrl, { max: 1, onnotice: () => {} });
  await sql`truncate charts, training_runs, sqlite_migrations cascade`;
  const folder = await mkdtemp(join(tmpdir(), 'old app '));
  const path = buildFile(join(folder, 'candles.db'), 'R5', ({ add }) => {
    add('charts', { id: 7, name: 'Old EURUSD', created_at: START });
    add('candles', ...candlesOf(7, 300));
    const span = { chart_id: 7, created_at: START, confidence: 4, notes: 'kept' };
    for (const [at, label] of ['bull_flag', 'bear_flag', 'Bullish Engulfing'].entries()) {
      const start_time = START + (200 + at * 30) * HOUR;
      add('span_annotations', { ...span, label, start_time, end_time: start_time + 12 * HOUR });
    }
    add('annotations', {
      chart_id: 7,
      timestamp: START + 250 * HOUR,
      label_type: 'break_up',
      created_at: START,
    });
  });

  const { code, output } = await migrate(path, app.dataDir);
  expect(output).toContain('PASS');
  expect(code).toBe(0);

  await page.goto(app.url);
  await page.getByRole('link', { name: /Old EURUSD/ }).click();
  await expect(page.getByTestId('legend')).toContainText('Old EURUSD');
  const spans = page.getByRole('listbox', { name: 'Spans' });
  await expect(spans.getByRole('option')).toHaveCount(3);
  await expect(spans).toContainText('Bullish Engulfing');
  await spans.getByRole('option').first().click();
  await expect(page.getByRole('region', { name: 'Span' }).getByLabel('Notes')).toHaveValue('kept');
  await expect(page.getByRole('tab', { name: /Drawings/ })).toContainText('1');
  await page.screenshot({ path: resolve('test-results/screenshots/migrated.png') });

  const again = await migrate(path, app.dataDir);
  expect(again.code).toBe(0);
  expect((await sql`select count(*)::int from span_annotations`)[0]?.count).toBe(3);
  await sql.end();
});
