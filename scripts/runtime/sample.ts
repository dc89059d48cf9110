import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { openClient } from '@/lib/db/connection';
import { step } from './log';

const FILE = join(
  dirname(createRequire(import.meta.url).resolve('vega-datasets')),
  '../data/sp500-2000.csv',
);

/** Gives a database that never had a chart one to look at. `url` must lead past poolers. */
export async function importSample(url: string): Promise<void> {
  if (await everHadChart(url)) return;
  await step('database', 'importing the sample chart, S&P 500', async (detail) => {
    // Later starts need none of it, and run for as long as the app does.
    const { importFile } = await import('@/server/candles/import/import-file');
    const result = await importFile({
      url,
      path: FILE,
      chartName: 'S&P 500',
      onProgress: ({ bytes, totalBytes }) => detail(`${Math.floor((bytes / totalBytes) * 100)} %`),
    });
    if (result.type === 'refused') throw new Error(`The sample chart was refused: ${FILE}`);
  });
}

/** A chart that was deleted counts: whoever removed the sample does not want it back. */
async function everHadChart(url: string): Promise<boolean> {
  const client = await openClient(url, { applicationName: 'candle-annotator-sample' });
  try {
    const { rows } = await client.query('select is_called from charts_id_seq');
    return rows[0].is_called;
  } finally {
    await client.end();
  }
}
