import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectFile } from './inspect';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-samples-'));
});
afterAll(() => rm(folder, { recursive: true }));

const ROWS = 60_000;
const START = Date.UTC(2024, 0, 1);
const iso = (i: number) =>
  new Date(START + i * 60_000).toISOString().slice(0, 16).replace('T', ' ');
type Row = (i: number) => string;
/** A few megabytes; only the first 256 KB are the beginning. */
const table = (header: string, row: Row) =>
  `${header}\n${Array.from({ length: ROWS }, (_, i) => row(i)).join('\n')}\n`;

async function detect(content: Buffer) {
  const path = join(folder, 'prices.csv');
  await writeFile(path, content);
  return (await detectFile(path, 'prices.csv')).detected;
}

const HEADER = 'time,open,high,low,close,volume';
const isLate = (i: number) => i >= ROWS - 5_000;
const prices = '1.5,2,1,1.75,10';

describe.each<[string, (text: string) => Buffer]>([
  ['on disk', Buffer.from],
  ['in UTF-16', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['in gzip', gzipSync],
])('a large file %s', (_, pack) => {
  const detected = (header: string, row: Row) => detect(pack(table(header, row)));

  it('is asked for the instrument where another one comes late', async () => {
    const row: Row = (i) => `${isLate(i) ? 'MSFT' : 'AAPL'},${iso(i)},${prices}`;
    const { questions } = await detected(`ticker,${HEADER}`, row);
    expect(questions).toMatchObject([{ field: 'instruments' }]);
    expect(questions[0]?.text).toContain('AAPL (55,000 rows), MSFT (5,000 rows)');
  });

  it('is asked for it without a name of the column, too', async () => {
    const row: Row = (i) => {
      const price = isLate(i) ? '300,301,299,300.5,10' : prices;
      return `${isLate(i) ? 'MSFT' : 'AAPL'},${iso(i)},${price}`;
    };
    const { questions } = await detected(`x,${HEADER}`, row);
    expect(questions).toMatchObject([{ field: 'instruments' }]);
  });

  it('is read by the day that only a late row has', async () => {
    // Twelve days of each month, from which nothing tells the day, and the thirteenth at the end.
    const day = (i: number) => (isLate(i) ? 13 : 1 + (Math.floor(i / 5_000) % 12));
    const row: Row = (i) => `${day(i)}/1/2024 ${iso(i % 1_440).slice(11)},${prices}`;
    const { mapping, questions } = await detected(HEADER, row);
    expect(mapping.timeFormat).toBe('dmy');
    expect(questions.filter(({ text }) => text.includes('two ways'))).toEqual([]);
  });

  it('has the decimal sign that only late rows have', async () => {
    const row: Row = (i) => `${iso(i)};1;2;1;${isLate(i) ? '1,25' : '1'};10`;
    const { mapping } = await detected(HEADER.replaceAll(',', ';'), row);
    expect(mapping.decimalComma).toBe(true);
  });

  it('takes the volume that is traded later', async () => {
    const row: Row = (i) => `${iso(i)},1.5,2,1,1.75,0,${isLate(i) ? 5 : 0}`;
    const { mapping } = await detected('time,open,high,low,close,volume,tick volume', row);
    expect(mapping.columns.at(-1)).toBe('volume');
  });
});
