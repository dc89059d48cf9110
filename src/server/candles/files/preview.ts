import type { Inspection, Mapping } from '@/contract/uploads';
import { AppError } from '../../errors';
import { ImportIssues } from './issues';
import { splitLines, splitRows } from './layout';
import { RowReader } from './row-reader';
import type { Sample } from './sample';

const PREVIEWED = 8;
const encoder = new TextEncoder();

type Preview = Pick<Inspection, 'rows' | 'candles' | 'leftOut' | 'isWhole'>;

/** The first rows of a table under a mapping, as cells and as candles, and which lines are none. */
export function preview({ text, isComplete }: Sample, mapping: Mapping): Preview {
  const lines = splitLines(text)
    .slice(mapping.skipLines)
    .filter((line) => line.trim() !== '');
  const shown = lines.slice(0, PREVIEWED);
  return {
    rows: splitRows(shown, mapping.delimiter),
    candles: shown.map((line) => previewCandle(line, mapping)),
    leftOut: leftOutOf(text, mapping),
    isWhole: isComplete,
  };
}

/** None under a mapping that is no whole one yet. */
function leftOutOf(text: string, mapping: Mapping): Preview['leftOut'] {
  const issues = new ImportIssues();
  try {
    const reader = new RowReader({ ...mapping, instruments: 'all' }, issues);
    reader.read(encoder.encode(text));
    reader.end();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
  return issues.leftOut();
}

function previewCandle(line: string, mapping: Mapping): Inspection['candles'][number] {
  const issues = new ImportIssues();
  try {
    const reader = new RowReader({ ...mapping, skipLines: 0, instruments: 'all' }, issues);
    const { length, time, open, high, low, close, volume } = reader.read(
      encoder.encode(`${line}\n`),
    );
    if (length === 0) {
      reader.end();
      return { error: issues.list()[0]?.reason ?? 'is not a row' };
    }
    return {
      time: time[0]!,
      open: open[0]!,
      high: high[0]!,
      low: low[0]!,
      close: close[0]!,
      volume: Number.isNaN(volume[0]) ? null : volume[0]!,
    };
  } catch (error) {
    // A mapping under way may lack a column; its preview says so in place of the candle.
    if (error instanceof AppError) return { error: error.message };
    throw error;
  }
}
