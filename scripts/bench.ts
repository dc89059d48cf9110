type Benchmark = { does: string; load(): Promise<{ run(): Promise<void> }> };

/** Each prints its results as ratios to a baseline that it measures in the same run. */
const BENCHMARKS: Record<string, Benchmark> = {
  migrate: {
    does: 'an old SQLite file to PostgreSQL, against pgloader and a pipe',
    load: () => import('./bench/migrate'),
  },
  import: {
    does: 'a CSV file to candles and tiles, against psql \\copy of the same file',
    load: () => import('./bench/import'),
  },
  export: {
    does: 'the peak memory and pace of an export of 10 million rows, against 1 million',
    load: () => import('./bench/export'),
  },
  growth: {
    does: '5,000 candles with 100 million rows in the database, against 1 million',
    load: () => import('./bench/growth'),
  },
  memory: {
    does: 'the peak memory of an import of 1 GB, against one of 200,000 rows',
    load: () => import('./bench/memory'),
  },
  tiles: {
    does: '5,000 candles from the server to arrays in the client, against the bare rows',
    load: () => import('./bench/tiles'),
  },
  zoom: {
    does: 'the whole of a long chart, against a screen of its candles',
    load: () => import('./bench/zoom'),
  },
  open: {
    does: 'a page to its drawn chart with 1 million candles, against 2,000',
    load: () => import('./bench/open'),
  },
  pan: {
    does: 'panning among 10,000 spans, against lightweight-charts alone',
    load: () => import('./bench/pan'),
  },
  'zoomed-out': {
    does: 'panning with 100,000 spans in view, against lightweight-charts alone',
    load: () => import('./bench/zoomed-out'),
  },
  hover: {
    does: 'pointing at 10,000 spans, against a chart without any',
    load: () => import('./bench/hover'),
  },
  save: {
    does: 'one span saved and answered for, against the bare INSERTs',
    load: () => import('./bench/save'),
  },
  api: {
    does: 'spans.list of 200 spans, against its query alone',
    load: () => import('./bench/api'),
  },
  'ml-read': {
    does: "a chart's candles to NumPy, against COPY to nowhere and pandas.read_sql",
    load: () => import('./bench/ml-read'),
  },
  train: {
    does: 'a model and a whole training run, against the LightGBM fits in them',
    load: () => import('./bench/train'),
  },
};

const [wanted = ''] = process.argv.slice(2);
const benchmark = BENCHMARKS[wanted];
if (benchmark) {
  await (await benchmark.load()).run();
} else {
  console.error('Usage: npm run bench -- NAME; docs/benchmarks.md tells more. NAME is one of:\n');
  for (const [name, { does }] of Object.entries(BENCHMARKS)) {
    console.error(`  ${name.padEnd(10)} ${does}`);
  }
  process.exitCode = wanted ? 1 : 0;
}

export {};
