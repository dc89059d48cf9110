import type { Mapping } from '@/contract/uploads';
import { PRICE_ROLES } from './column-names';
import type { Detected, Told } from './detected';
import { ImportIssues } from './issues';
import { DELIMITERS, type Layout, layOut, splitLines } from './layout';
import { propose } from './propose';
import { RowReader } from './row-reader';
import type { Sample } from './sample';
import { countNamed } from './wanted-columns';

/** Rows looked at to tell what the columns are: the first, the last of the sample, and others. */
const FIRST_ROWS = 1_000;
const OTHER_ROWS = 300;
const encoder = new TextEncoder();

/** Proposes how to read a table; null when it holds no candles. */
export function detect(sample: Sample, fileName: string, told: Told = {}): Detected | null {
  const { given = {}, columns: wanted = new Map() } = told;
  const bytes = encoder.encode(sample.text);
  const lines = splitLines(sample.text);
  let best: { detected: Detected; score: number } | null = null;
  for (const delimiter of given.delimiter ? [given.delimiter] : DELIMITERS) {
    // Blanks are in the cells of any table: they part its columns only where nothing else does.
    if (delimiter === ' ' && best && best.score >= 1e3) continue;
    const layout = layOut(lines, delimiter, given.skipLines);
    if (!layout) continue;
    const named = countNamed(wanted, layout.labels);
    // Without all columns that are asked for it is another table, or none: said of the best one.
    if (best && named < best.score / 1e9 - 1) continue;
    const detected = propose(withOthers(layout, sample), fileName, sample.isComplete, told);
    if (!detected) continue;
    // Of two that read as many, the one with more columns that are taken.
    const roles = detected.mapping.columns.filter((role) => role !== 'ignore').length;
    const score = named * 1e9 + countCandles(bytes, detected.mapping) * 1e3 + roles;
    if (score > (best?.score ?? 0)) best = { detected, score };
  }
  return best?.detected ?? null;
}

function countCandles(bytes: Uint8Array, mapping: Mapping): number {
  const { columns } = mapping;
  const hasPrices = PRICE_ROLES.every((role) => columns.includes(role));
  if (!hasPrices || !(columns.includes('time') || columns.includes('date'))) return 0;
  const reader = new RowReader({ ...mapping, instruments: 'all' }, new ImportIssues());
  return reader.read(bytes).length + reader.end().length;
}

/** With rows from elsewhere than the beginning: symbols and days may only differ there. */
function withOthers(layout: Layout, { more }: Sample): Layout {
  const { rows, lines, delimiter, labels } = layout;
  const last = rows.slice(Math.max(FIRST_ROWS, rows.length - OTHER_ROWS));
  const others = more.flatMap((text) => layOut(splitLines(text), delimiter, 0)?.rows ?? []);
  const alike = others.filter((row) => row.length === labels.length);
  return {
    ...layout,
    rows: [...rows.slice(0, FIRST_ROWS), ...last, ...alike],
    lines: lines.slice(0, FIRST_ROWS),
  };
}
