import fc from 'fast-check';
import { expect, test } from 'vitest';
import { serverTests } from '../testing';
import { Tagger } from './tags';
import { makeChart, minutes } from './testing';

const server = await serverTests();

const COUNT = 40;
const spans = fc.array(
  fc
    .record({
      first: fc.integer({ min: -2, max: COUNT + 1 }),
      bars: fc.integer({ min: 0, max: 12 }),
      label: fc.constantFrom('bull_flag', 'bear_flag', 'wedge_up', 'O'),
    })
    // Half a candle's time off as well: the ends of a span need not be those of candles.
    .map(({ first, bars, label }) => ({
      startTime: first * 60,
      endTime: (first + bars) * 60 + 30,
      label,
    })),
  { maxLength: 8 },
);

test('v_candle_labels gives the tags of the BIO export', async () => {
  await fc.assert(
    fc.asyncProperty(spans, async (drawn) => {
      const candles = minutes(COUNT);
      const chartId = await makeChart(server.db, crypto.randomUUID(), { candles, spans: drawn });
      const tagger = new Tagger();
      const sorted = [...drawn].sort((a, b) => a.startTime - b.startTime);
      const expected = candles.map(({ time }, i) => {
        const previous = i === 0 ? -Infinity : candles[i - 1]!.time;
        return tagger.tag(
          time,
          sorted.filter(({ startTime }) => startTime > previous && startTime <= time),
        );
      });
      const rows = await server.db.execute<{ tag: string }>(
        `select tag from v_candle_labels(${chartId})`,
      );
      expect(rows.map(({ tag }) => tag)).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});
