import { Cells } from './cells';
import { columnsOf } from './columns';
import type { Detected } from './detected';
import { askForInstrument } from './instrument-columns';
import type { Sample } from './sample';
import type { TableSource } from './table-source';

/** A file up to this is read once more, so that all its instruments are named with their rows. */
const COUNTED = 64 * 2 ** 20;
const MAX_INSTRUMENTS = 20_000;
const NEWLINE = 10;

/** Counts the rows of each instrument of the whole file where its first lines have several. */
export async function countInstruments(
  source: TableSource,
  { isComplete }: Sample,
  detected: Detected,
): Promise<Detected> {
  const { mapping, questions, header } = detected;
  const at = mapping.columns.indexOf('symbol');
  if (isComplete || at < 0 || mapping.instruments || source.totalBytes > COUNTED) return detected;
  const counts = await countCells(source, mapping.delimiter, at, mapping.skipLines);
  if (!counts || counts.size < 2) return detected;
  const [column] = columnsOf([header?.[at] ?? ''], [], false);
  const values = [...counts].sort(([, a], [, b]) => b - a);
  const question = askForInstrument({ column: { ...column!, index: at }, values }, true);
  const others = questions.filter(({ field }) => field !== 'instruments');
  return { ...detected, symbol: null, questions: [question, ...others] };
}

/** Null where there are more than anybody's instruments. */
async function countCells(
  source: TableSource,
  delimiter: string,
  column: number,
  skipLines: number,
): Promise<Map<string, number> | null> {
  const cells = new Cells(delimiter);
  const counts = new Map<string, number>();
  let rest: Uint8Array = new Uint8Array();
  let line = 0;
  for await (const chunk of source.chunks()) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      cells.split(bytes, start, end);
      start = end + 1;
      if (++line <= skipLines || cells.count <= column || cells.isEmpty(column)) continue;
      const name = cells.text(column).trimEnd();
      counts.set(name, (counts.get(name) ?? 0) + 1);
      if (counts.size > MAX_INSTRUMENTS) return null;
    }
    rest = Buffer.from(bytes.subarray(start));
  }
  return counts;
}
