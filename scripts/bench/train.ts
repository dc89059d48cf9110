import { assertBudget, count, describeMachine, percentile, sizeOf } from './setup/compare';
import { runPython } from './setup/run-child';

/** Seconds of it all and of its model fits, for one model and for a run of five folds. */
type Trained = {
  model: [number, number];
  run: [number, number];
  mb: number;
  peak_mb: number;
};

const CANDLES_PER_SPAN = 200;

/** Training on a planted chart, against the model fits in it; it needs no database. */
export async function run(): Promise<void> {
  const short = sizeOf('BENCH_SHORT_ROWS', 100_000);
  const long = sizeOf('BENCH_ROWS', 1_000_000);
  const rounds = sizeOf('BENCH_ROUNDS', 3);
  console.log(describeMachine());
  const trained: Trained[] = [];
  for (let round = 1; round <= rounds; round++) trained.push(await train(short));
  const median = (what: 'model' | 'run') =>
    percentile(
      trained.map(({ [what]: [whole, fits] }) => whole / fits),
      'p50',
    );
  assertBudget('the model fit, features and labels and fit', median('model'), { atMost: 2 });
  assertBudget('its model fits, a run with predictions and metrics', median('run'), {
    atMost: 2,
  });
  const perCandle = percentile(
    trained.map(({ mb }) => mb / short),
    'p50',
  );
  const { mb, peak_mb: peak } = await train(long);
  assertBudget(`the memory per candle of ${count(short)}`, mb / long / perCandle, { atMost: 1.2 });
  const shortPeak = percentile(
    trained.map(({ peak_mb }) => peak_mb),
    'p50',
  );
  assertBudget(`the peak memory of a run of ${count(short)}`, peak / shortPeak, { atMost: 1.5 });
}

async function train(candles: number): Promise<Trained> {
  const spans = Math.round(candles / CANDLES_PER_SPAN);
  const trained = await runPython<Trained>('bench.train', [String(candles), String(spans)]);
  const { model, run, mb } = trained;
  const told = ([whole, fits]: [number, number]) =>
    `${whole.toFixed(1)} s, fits ${fits.toFixed(1)}`;
  console.log(
    `${count(candles)} candles, ${count(spans)} spans: one model ${told(model)}; run ${told(run)}, ${mb.toFixed(0)} MB`,
  );
  return trained;
}
