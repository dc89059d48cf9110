import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { INDICATOR_IDS, type IndicatorId, indicatorOf } from './catalogue';
import { computeIndicator } from './compute';

const DAY = 86_400;

async function sample() {
  const text = await readFile('node_modules/vega-datasets/data/sp500-2000.csv', 'utf8');
  const rows = text
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split(','));
  const column = (at: number) => Float64Array.from(rows, (row) => Number(row[at]));
  return {
    time: Float64Array.from(rows, ([date = '']) => Date.parse(date) / 1000),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(6),
  };
}

/** By TA-Lib 0.8.1 on the whole sample: at the 2,000th bar from the end, and at the last. */
const KNOWN: [IndicatorId, [number, number][]][] = [
  ['sma20', [[1382.764984, 2613.104492]]],
  ['sma50', [[1386.713794, 2863.090586]]],
  ['sma200', [[1276.666501, 3012.692692]]],
  ['ema20', [[1386.753691, 2709.76999]]],
  ['ema50', [[1377.360952, 2811.491097]]],
  ['ema200', [[1312.106971, 2958.970317]]],
  [
    'bollinger',
    [
      [1354.520253, 2268.052386],
      [1382.764984, 2613.104492],
      [1411.009715, 2958.156598],
    ],
  ],
  ['rsi14', [[42.944503, 57.362696]]],
  [
    'macd',
    [
      [-0.227395, 16.396015],
      [1.466797, -35.490927],
      [-1.694192, 51.886942],
    ],
  ],
  ['atr14', [[14.781728, 109.579009]]],
];

test.each(KNOWN)('%s is what TA-Lib says', async (id, lines) => {
  const bars = await sample();
  const columns = computeIndicator(id, bars, 0, DAY);
  for (const [line, [early, last]] of lines.entries()) {
    expect(columns[line]!.at(-2_000)).toBeCloseTo(early, 5);
    expect(columns[line]!.at(-1)).toBeCloseTo(last, 5);
  }
});

test('VWAP is the mean typical price by volume since the year began', async () => {
  const { time, high, low, close, volume } = await sample();
  const [column] = computeIndicator('vwap', await sample(), 0, DAY);
  let [traded, paid] = [0, 0];
  for (
    let at = time.findIndex((each) => each >= Date.parse('2020-01-01') / 1000);
    at < time.length;
    at++
  ) {
    traded += volume[at]!;
    paid += ((high[at]! + low[at]! + close[at]!) / 3) * volume[at]!;
  }
  expect(column!.at(-1)).toBeCloseTo(paid / traded, 6);
});

test.each(INDICATOR_IDS)('%s does not depend on where one begins to read', async (id) => {
  const bars = await sample();
  const whole = computeIndicator(id, bars, 0, DAY);
  const from = 4_000;
  const skipped = indicatorOf(id).warmUp(DAY);
  const part = Object.fromEntries(
    Object.entries(bars).map(([name, column]) => [name, column.subarray(from - skipped)]),
  ) as typeof bars;
  for (const [line, column] of computeIndicator(id, part, skipped, DAY).entries()) {
    for (const [at, value] of column.entries()) {
      const known = whole[line]![from + at]!;
      expect(Math.abs(value - known), `line ${line}, bar ${at}`).toBeLessThan(1e-4);
    }
  }
});

test('there are no values where too few bars were seen', () => {
  const flat = (value: number) => new Float64Array(30).fill(value);
  const bars = {
    time: Float64Array.from({ length: 30 }, (_, at) => at * DAY),
    open: flat(5),
    high: flat(6),
    low: flat(4),
    close: flat(5),
    volume: flat(Number.NaN),
  };
  const [sma] = computeIndicator('sma20', bars, 0, DAY);
  expect([...sma!].indexOf(5)).toBe(19);
  expect([...computeIndicator('vwap', bars, 0, DAY)[0]!].every(Number.isNaN)).toBe(true);
  expect(computeIndicator('atr14', bars, 0, DAY)[0]!.at(-1)).toBeCloseTo(2, 9);
  expect([...computeIndicator('sma200', bars, 0, DAY)[0]!].every(Number.isNaN)).toBe(true);
});
