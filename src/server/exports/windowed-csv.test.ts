import { expect, test } from 'vitest';
import { download, labelTests, makeChart, minutes } from './testing';

const { server } = await labelTests();

/** The cells of each line behind the header. */
async function windowsOf(chartId: number, context: number) {
  const text = String(await download(server, 'windowed-csv', [chartId], context));
  const [header = '', ...lines] = text.trimEnd().split('\n');
  return lines.map((line) => {
    const cells = line.split(',');
    expect(cells).toHaveLength(header.split(',').length);
    return cells;
  });
}

test('each candle of a span and of its context is a line, and only its first says what the span is', async () => {
  const chartId = await makeChart(server.db, 'Chart', {
    candles: minutes(10),
    spans: [
      { label: 'bull_flag', startTime: 60, endTime: 180 },
      { label: 'wedge_up', startTime: 480, endTime: 540, notes: 'last' },
      { label: 'custom', startTime: 9_000, endTime: 9_060 },
    ],
  });
  const lines = await windowsOf(chartId, 2);
  expect(lines.map(([, , ...cells]) => cells.slice(0, 9).join(' '))).toEqual([
    'bull_flag before -1 1970-01-01T00:00:00Z 1 2 0.5 1.5 0',
    'bull_flag span 0 1970-01-01T00:01:00Z 2 3 1.5 2.5 ',
    'bull_flag span 1 1970-01-01T00:02:00Z 3 4 2.5 3.5 200',
    'bull_flag span 2 1970-01-01T00:03:00Z 4 5 3.5 4.5 ',
    'bull_flag after 3 1970-01-01T00:04:00Z 5 6 4.5 5.5 400',
    'bull_flag after 4 1970-01-01T00:05:00Z 6 7 5.5 6.5 ',
    'wedge_up before -2 1970-01-01T00:06:00Z 7 8 6.5 7.5 600',
    'wedge_up before -1 1970-01-01T00:07:00Z 8 9 7.5 8.5 ',
    'wedge_up span 0 1970-01-01T00:08:00Z 9 10 8.5 9.5 800',
    'wedge_up span 1 1970-01-01T00:09:00Z 10 11 9.5 10.5 ',
    'custom before -2 1970-01-01T00:08:00Z 9 10 8.5 9.5 800',
    'custom before -1 1970-01-01T00:09:00Z 10 11 9.5 10.5 ',
  ]);
  const described = lines.filter((cells) => cells.slice(11).some((cell) => cell !== ''));
  expect(described.map(([, , label, , bar]) => `${label} ${bar}`)).toEqual([
    'bull_flag -1',
    'wedge_up -2',
    'custom -2',
  ]);
});

test('a span longer than a page of candles goes on, one without candles is not lost', async () => {
  const CANDLES = 4_100;
  const chartId = await makeChart(server.db, 'Long', {
    candles: minutes(CANDLES),
    spans: [
      { startTime: 0, endTime: 60 * CANDLES },
      { label: 'custom', startTime: 900_000, endTime: 900_060 },
    ],
  });
  const lines = await windowsOf(chartId, 0);
  expect(lines.map(([, , label, , bar]) => `${label} ${bar}`)).toEqual([
    ...Array.from({ length: CANDLES }, (_, bar) => `bull_flag ${bar}`),
    'custom ',
  ]);
});
