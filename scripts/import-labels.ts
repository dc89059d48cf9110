import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { connect } from '@/lib/db';
import { errorReason } from '@/lib/error-reason';
import { LOCAL_ACTOR } from '@/server/context';
import { importLabelFile } from '@/server/exports/import-file';
import { openLabelFile } from '@/server/exports/label-file';
import { databaseUrl } from './runtime/database-url';

const USAGE = `Usage: npm run import:labels -- FILE [--chart NAME] [--json]

Brings spans and annotations back from a file that npm run export has written, whatever its
format; in gzip or zip as well. The same file again changes nothing.

  --chart NAME   the chart that they go on; by the name in the file when left out
  --json         one line of JSON a chart

A chart that is not there is made when the file holds its candles: bio-csv and parquet.
Exit code: 0 all of it is stored, 1 nothing is.`;

const { path, chartName, json } = readArguments();
const isWatched = process.stderr.isTTY && !json;
try {
  const url = await databaseUrl();
  const { db, close } = connect(url);
  try {
    const file = await openLabelFile(path, basename(path));
    const by = { actorId: LOCAL_ACTOR.id, mayMakeCharts: true };
    const charts = await importLabelFile({
      ...{ db, url, file, chartName, chartId: null, ...by },
      onProgress: showProgress,
    }).finally(clearProgress);
    for (const chart of charts) {
      const { created, changed, unchanged, isNew } = chart;
      const counts = `${created} new, ${changed} changed, ${unchanged} as they were`;
      const name = `“${chart.chartName}”${isNew ? ', a new chart' : ''}`;
      console.log(json ? JSON.stringify(chart) : `${name}: ${counts}`);
    }
    if (charts.length === 0 && !json) console.log(`${basename(path)} holds no labels.`);
  } finally {
    await close();
  }
} catch (error) {
  fail(errorReason(error));
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        chart: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new Error('Name one file to import.');
    // npm runs scripts in the project's folder, whichever one it was called in.
    const path = resolve(process.env.INIT_CWD ?? '', file);
    return { path, chartName: values.chart, json: values.json };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

function showProgress({ what, rows }: { what: string; rows: number }) {
  if (isWatched) process.stderr.write(`\r${rows.toLocaleString('en')} ${what} read\x1b[K`);
}

function clearProgress() {
  if (isWatched) process.stderr.write('\r\x1b[K');
}

function fail(error: unknown): never {
  console.error(String(error));
  process.exit(1);
}
