import type { TableSource } from './table-source';

const SAMPLE = 256 * 1024;
/** Of a table that has to be read up to them, so many bytes are read for samples. */
const STREAMED = 256 * 2 ** 20;
/** Samples of it: between as many, when there are too many, every other is left. */
const MOST_SAMPLES = 32;
const SAMPLE_BYTES = 8 * 1024;

/** What is looked at of a table. */
export type Sample = {
  /** The first whole lines. */
  text: string;
  /** Whole lines from elsewhere, and its last ones. */
  more: string[];
  /** It is all there is. */
  isComplete: boolean;
};

/** `where` the samples are from: the beginning tells what a table is, its whole how it is read. */
export async function readSample(
  source: TableSource,
  where: 'everywhere' | 'beginning' = 'everywhere',
): Promise<Sample> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source.chunks()) {
    chunks.push(Buffer.from(chunk));
    bytes += chunk.length;
    if (bytes > SAMPLE) break;
  }
  const isComplete = bytes <= SAMPLE;
  const text = Buffer.concat(chunks).subarray(0, SAMPLE).toString('utf8');
  if (isComplete) return { text, more: [], isComplete };
  const more =
    where === 'beginning' ? [] : ((await source.samples?.()) ?? (await streamed(source)));
  return { text: text.slice(0, text.lastIndexOf('\n') + 1), more, isComplete };
}

/** Lines from all over what has been read, at even distances, and the last ones. */
async function streamed(source: TableSource): Promise<string[]> {
  let samples: string[] = [];
  let last: Uint8Array = Buffer.alloc(0);
  let [bytes, distance, next] = [0, SAMPLE, SAMPLE];
  for await (const chunk of source.chunks()) {
    bytes += chunk.length;
    if (bytes > STREAMED) break;
    last = Buffer.from(chunk.subarray(-SAMPLE_BYTES));
    if (bytes < next) continue;
    samples.push(wholeLines(Buffer.from(chunk.subarray(0, SAMPLE_BYTES)).toString('utf8')));
    if (samples.length === MOST_SAMPLES) {
      samples = samples.filter((_, i) => i % 2 === 1);
      distance *= 2;
    }
    next = bytes + distance;
  }
  return [...samples, wholeLines(Buffer.from(last).toString('utf8'))];
}

/** What is between the first end of a line and the last. */
export function wholeLines(text: string): string {
  const plain = text.replace(/\r\n?/g, '\n');
  return plain.slice(plain.indexOf('\n') + 1, plain.lastIndexOf('\n') + 1);
}
