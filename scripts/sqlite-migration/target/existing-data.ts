import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Failure } from '../../cli/failure';
import type { Target } from './connection';

const SAMPLE = { name: 'S&P 500', file: '../data/sp500-2000.csv' };
const EXISTING_DATA = [
  ...['charts', 'candles', 'annotations', 'span_annotations', 'revisions', 'training_runs'],
  'predictions',
];

export type ExistingData = {
  /** Rows by table, of those that hold any. */
  rows: Record<string, number>;
  /** The chart that a first start shows, when nobody has touched it and nothing else is there. */
  sample: number | null;
};

/** What people have already put into the database. */
export async function findExistingData(target: Target): Promise<ExistingData> {
  const rows: Record<string, number> = {};
  for (const table of EXISTING_DATA) {
    const { there } = await target.one<{ there: boolean }>(
      'select to_regclass($1) is not null as there',
      [table],
    );
    if (!there) continue;
    const { n } = await target.one<{ n: number }>(`select count(*)::float8 as n from ${table}`);
    if (n > 0) rows[table] = n;
  }
  return { rows, sample: await findSample(target, rows) };
}

/** `npm start` imports it into a database that never had a chart, and can do so again. */
async function findSample(target: Target, rows: Record<string, number>): Promise<number | null> {
  if (Object.keys(rows).join() !== 'charts,candles' || rows.charts !== 1) return null;
  const [chart] = await target.rows<{ id: number }>(
    'select id from charts where name = $1 and rev = 0',
    [SAMPLE.name],
  );
  if (!chart || rows.candles !== (await sampleCandles())) return null;
  return chart.id;
}

async function sampleCandles(): Promise<number | undefined> {
  const folder = dirname(createRequire(import.meta.url).resolve('vega-datasets'));
  const text = await readFile(join(folder, SAMPLE.file), 'utf8');
  return text.trim().split('\n').length - 1;
}

export function refuseExistingData({ rows, sample }: ExistingData): void {
  if (sample !== null || Object.keys(rows).length === 0) return;
  const what = Object.entries(rows).map(([table, n]) => `${n.toLocaleString('en')} ${table}`);
  throw new Failure(
    `This database already holds data that did not come from this file: ${what.join(', ')}. Old data is moved into an empty database only. Make one and set DATABASE_URL to it, or with the built-in PostgreSQL set DATA_DIR to a new folder.`,
  );
}
