import type { Inspection, Mapping, TimeFormat } from '@/contract/uploads';
import { AppError } from '../../errors';
import { Cells } from './cells';
import { type Choice, chooseTable } from './choose-table';
import { type Detected, detect, unmapped } from './detect';
import { ImportIssues } from './issues';
import { type ColumnMap, mapColumns } from './map-columns';
import { RowReader } from './row-reader';
import { readSample } from './sample';
import type { TableSource } from './table-source';

/** How far to look for a day above 12; a year of minutes has one long before. */
const SEARCHED = 16 * 2 ** 20;
const PREVIEWED = 8;
const encoder = new TextEncoder();

/**
 * Looks at a file and tells how to read it, by what is known of it. Throws a BAD_REQUEST when it
 * holds no candles.
 */
export async function detectSource(
  source: TableSource,
  given: Partial<Mapping> = {},
  columns: ColumnMap = new Map(),
): Promise<Detected> {
  const sample = await readSample(source);
  const detected =
    columns.size > 0
      ? mapColumns(sample.text, source.fileName, columns, given)
      : detect(sample.text, given.delimiter && [given.delimiter]);
  if (!detected) throw noCandles(source);
  return sample.complete ? detected : settleQuestion(source, detected);
}

/** As detectSource, of the file at `path`; `table` is its name where the file holds several. */
export async function detectFile(
  path: string,
  fileName: string,
  given: Partial<Mapping> = {},
  columns?: ColumnMap,
): Promise<{ source: TableSource; table: string | null; detected: Detected }> {
  const choice = await chooseTable(path, fileName, given.table);
  const { source, name: table } = choice;
  const detected = await detectSource(source, given, columns);
  return { source, table, detected: askForTable(detected, fileName, choice) };
}

/** As inspect, of the file at `path`. */
export async function inspectFile(path: string, fileName: string, given?: Mapping) {
  const choice = await chooseTable(path, fileName, given?.table);
  return askForTable(await inspect(choice.source, given), fileName, choice);
}

function askForTable<T extends Pick<Detected, 'mapping' | 'questions'>>(
  detected: T,
  fileName: string,
  { name, others }: Choice,
): T {
  if (name === null) return detected;
  const mapping = { ...detected.mapping, table: name };
  if (others.length === 0) return { ...detected, mapping };
  const options = [name, ...others];
  const text = `${fileName} holds ${options.length} tables of candles. Which one?`;
  const questions = [{ field: 'table' as const, text, options }, ...detected.questions];
  return { ...detected, mapping, questions };
}

/** What a person sees before an import: the mapping, proposed or given, and the rows under it. */
async function inspect(source: TableSource, given?: Mapping): Promise<Inspection> {
  const sample = await readSample(source);
  let detected = detect(sample.text);
  if (detected && !sample.complete) detected = await settleQuestion(source, detected);
  detected ??= unmapped(sample.text);
  if (!detected) throw noCandles(source);
  const mapping = given ?? detected.mapping;
  return { ...detected, mapping, ...preview(sample.text, mapping) };
}

const noCandles = ({ fileName }: TableSource) =>
  new AppError(
    'BAD_REQUEST',
    `${fileName} holds no candles: it is no table with a time and open, high, low and close prices.`,
  );

/** Reads on for a date that can only be read in one way. */
async function settleQuestion(source: TableSource, detected: Detected): Promise<Detected> {
  const question = detected.questions.find(({ field }) => field === 'timeFormat');
  if (!question) return detected;
  const formats = question.options as TimeFormat[];
  const counts: number[] = [];
  for (const timeFormat of formats) {
    counts.push(await countReadable(source, { ...detected.mapping, timeFormat }));
  }
  if (counts[0] === counts[1]) return detected;
  const timeFormat = formats[counts[0]! > counts[1]! ? 0 : 1]!;
  return { ...detected, mapping: { ...detected.mapping, timeFormat }, questions: [] };
}

async function countReadable(source: TableSource, mapping: Mapping): Promise<number> {
  const reader = new RowReader(mapping, new ImportIssues());
  let candles = 0;
  let bytes = 0;
  for await (const chunk of source.chunks()) {
    candles += reader.read(chunk).length;
    bytes += chunk.length;
    if (bytes > SEARCHED) break;
  }
  return candles;
}

function preview(text: string, mapping: Mapping): Pick<Inspection, 'rows' | 'candles'> {
  const lines = text
    .split(/\r?\n/)
    .slice(mapping.skipLines)
    .filter((line) => line.trim() !== '');
  const cells = new Cells(mapping.delimiter);
  const shown = lines.slice(0, PREVIEWED);
  const rows = shown.map((line) => {
    const bytes = encoder.encode(line);
    cells.split(bytes, 0, bytes.length);
    return Array.from({ length: cells.count }, (_, i) => cells.text(i));
  });
  return { rows, candles: shown.map((line) => previewCandle(line, mapping)) };
}

function previewCandle(line: string, mapping: Mapping): Inspection['candles'][number] {
  const issues = new ImportIssues();
  try {
    const reader = new RowReader({ ...mapping, skipLines: 0 }, issues);
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
