import { defineCommand, UsageError } from '../cli/command';

type Benchmark = {
  does: string;
  /** Whether it reads what follows its name. */
  takesOptions?: true;
  load(): Promise<{ run(options: string[]): Promise<void> }>;
};

/** Each prints its results as ratios to a baseline that it measures in the same run. */
const BENCHMARKS: Record<string, Benchmark> = {
  migrate: {
    does: 'an old SQLite file to PostgreSQL, against pgloader and a pipe',
    load: () => import('./migrate'),
  },
  import: {
    does: 'a CSV file to candles and tiles, against psql \\copy of the same file',
    load: () => import('./import'),
  },
  export: {
    does: 'the peak memory and pace of an export of 10 million rows, against 1 million',
    load: () => import('./export'),
  },
  windows: {
    does: 'spans exported with their candles, and with outcomes, against as many points',
    load: () => import('./windows'),
  },
  growth: {
    does: '5,000 candles with 100 million rows in the database, against 1 million',
    load: () => import('./growth'),
  },
  memory: {
    does: 'the peak memory of an import of 1 GB, against one of 200,000 rows',
    load: () => import('./memory'),
  },
  tiles: {
    does: '5,000 candles from the server to arrays in the client, against the bare rows',
    load: () => import('./tiles'),
  },
  zoom: {
    does: 'the whole of a long chart, against a screen of its candles',
    load: () => import('./zoom'),
  },
  open: {
    does: 'a page to its drawn chart with 1 million candles, against 2,000',
    load: () => import('./open'),
  },
  pan: {
    does: 'panning among 10,000 spans, against lightweight-charts alone',
    load: () => import('./pan'),
  },
  'zoomed-out': {
    does: 'panning with 100,000 spans in view, against lightweight-charts alone',
    load: () => import('./zoomed-out'),
  },
  hover: {
    does: 'pointing at 10,000 spans, against a chart without any',
    load: () => import('./hover'),
  },
  session: {
    does: 'ten minutes of labelling on 10 million candles while 20 save, against 2,000',
    load: () => import('./session'),
  },
  save: {
    does: 'one span saved and answered for, against the bare INSERTs',
    load: () => import('./save'),
  },
  api: {
    does: 'spans.list of 200 spans, against its query alone',
    load: () => import('./api'),
  },
  live: {
    does: '50 people on one chart who follow it live, against the same who do not',
    load: () => import('./live'),
  },
  load: {
    does: '50 people on five charts, of whose requests none may fail',
    load: () => import('./load'),
  },
  'ml-read': {
    does: "a chart's candles to NumPy, against COPY to nowhere and pandas.read_sql",
    load: () => import('./ml-read'),
  },
  'ml-quality': {
    does: 'what the models find on charts with a known truth, against the goals',
    takesOptions: true,
    load: () => import('./ml-quality'),
  },
  detector: {
    does: 'what one span and the answers of a scripted annotator find, on two charts',
    takesOptions: true,
    load: () => import('./detector'),
  },
  search: {
    does: 'the windows of 10 million candles most like a span, against one convolution',
    load: () => import('./search'),
  },
  'search-live': {
    does: 'the windows most like an example while its edge is dragged, against 150 ms',
    load: () => import('./search-live'),
  },
  'search-queue': {
    does: 'a search from the queue to its stored candidates, against one by a call',
    load: () => import('./search-queue'),
  },
  train: {
    does: 'a model and a whole training run, against the model fits in them',
    load: () => import('./train'),
  },
  'first-model': {
    does: 'a first run of 20 spans from the queue to its predictions, against its fits',
    load: () => import('./first-model'),
  },
};

const list = Object.entries(BENCHMARKS).map(([name, { does }]) => `  ${name.padEnd(12)} ${does}`);

export const benchCommand = defineCommand({
  usage: `Usage: npm run bench -- NAME

Measures one thing beside its baseline; docs/benchmarks.md tells more. Exit code 1 when it is over
its budget. NAME is one of:

${list.join('\n')}`,
  options: {},
  operands: { atLeast: 1, atMost: 20, expected: 'Name one benchmark.' },
  passesOn: true,
  async run(_, [name = '', ...options]) {
    const benchmark = BENCHMARKS[name];
    if (!benchmark) throw new UsageError(`There is no benchmark ${name}.`);
    if (options.length > 0 && !benchmark.takesOptions) throw new UsageError('Name one benchmark.');
    await (await benchmark.load()).run(options);
  },
});
