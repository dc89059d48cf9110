import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { walk } from './walk';

/** Writes the walk as a vendor would: a header, times in UTC without a zone, prices with two decimals. */
export async function writeCsv(path: string, candles: number): Promise<void> {
  const packed = path.endsWith('.gz') ? [createGzip({ level: 1 })] : [];
  await pipeline([Readable.from(lines(candles)), ...packed, createWriteStream(path)]);
}

function* lines(candles: number): Generator<string, void> {
  yield 'time,open,high,low,close,volume\n';
  for (const batch of walk(candles)) {
    let text = '';
    for (let i = 0; i < batch.length; i++) {
      const time = new Date(batch.time[i]! * 1000).toISOString().slice(0, 19).replace('T', ' ');
      const price = (column: Float64Array) => column[i]!.toFixed(2);
      text += `${time},${price(batch.open)},${price(batch.high)},${price(batch.low)},${price(batch.close)},${batch.volume[i]!}\n`;
    }
    yield text;
  }
}
