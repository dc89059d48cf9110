import type { TableSource } from './table-source';

const SAMPLE = 256 * 1024;

/** What is looked at of a table. */
export type Sample = {
  /** The first whole lines. */
  text: string;
  /** Whole lines from elsewhere. */
  more: string[];
  /** It is all there is. */
  isComplete: boolean;
};

export async function readSample(source: TableSource): Promise<Sample> {
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
  const more = (await source.samples?.()) ?? [];
  return { text: text.slice(0, text.lastIndexOf('\n') + 1), more, isComplete };
}
