import type { FileRange } from '@/contract/uploads';
import { ImportIssues } from '../files/issues';
import { RowReader } from '../files/row-reader';
import type { FilePart } from './import-candles';

/** Files of one chart by their first times: a row of each is looked at. */
export async function inOrderOfTime(files: FilePart[]): Promise<FilePart[]> {
  if (files.length === 1) return files;
  const times = new Map<FilePart, number>();
  for (const file of files) times.set(file, await firstTimeIn(file));
  return [...times].sort(([, a], [, b]) => a - b).map(([part]) => part);
}

async function firstTimeIn(file: FilePart): Promise<number> {
  for await (const { length, time } of batches(file)) if (length > 0) return time[0]!;
  return Number.POSITIVE_INFINITY;
}

/** How many candles a file has, and from when to when; it is read to its end. */
export async function rangeOf(file: FilePart): Promise<FileRange> {
  let [candles, firstTime, lastTime] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for await (const { length, time } of batches(file)) {
    candles += length;
    for (let i = 0; i < length; i++) {
      if (time[i]! < firstTime) firstTime = time[i]!;
      if (time[i]! > lastTime) lastTime = time[i]!;
    }
  }
  return candles === 0
    ? { candles, firstTime: null, lastTime: null }
    : { candles, firstTime, lastTime };
}

async function* batches({ source, mapping }: FilePart) {
  const reader = new RowReader({ ...mapping, instruments: 'all' }, new ImportIssues());
  for await (const chunk of source.chunks()) yield reader.read(chunk);
  yield reader.end();
}
