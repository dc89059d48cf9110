import type { TableSource } from './table-source';

const SAMPLE = 256 * 1024;

type Sample = { text: string; complete: boolean };

/** The first whole lines. */
export async function readSample(source: TableSource): Promise<Sample> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source.chunks()) {
    chunks.push(Buffer.from(chunk));
    bytes += chunk.length;
    if (bytes > SAMPLE) break;
  }
  const complete = bytes <= SAMPLE;
  const text = Buffer.concat(chunks).subarray(0, SAMPLE).toString('utf8');
  return { text: complete ? text : text.slice(0, text.lastIndexOf('\n') + 1), complete };
}
