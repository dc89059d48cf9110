import type { Inspection, Mapping, Question, TimeFormat } from '@/contract/uploads';
import { AppError } from '../../errors';
import { type Choice, chooseTable } from './choose-table';
import { PRICE_ROLES, readName } from './column-names';
import { looseNumber } from './columns';
import { countInstruments } from './count-instruments';
import { detect } from './detect';
import type { Detected, Told } from './detected';
import { ImportIssues } from './issues';
import { DELIMITERS, layOut, MAX_SKIPPED, splitLines } from './layout';
import { preview } from './preview';
import { shellWord } from './questions';
import { RowReader } from './row-reader';
import { readSample, type Sample } from './sample';
import type { TableSource } from './table-source';

/** How far to look for a day above 12; a year of minutes has one long before. */
const SEARCHED = 16 * 2 ** 20;

/**
 * Looks at a table and tells how to read it, by what is known of it. Throws a BAD_REQUEST when it
 * holds no candles.
 */
export async function detectSource(source: TableSource, told: Told = {}): Promise<Detected> {
  const sample = await readSample(source);
  const detected = detect(sample, source.fileName, told);
  if (!detected) throw noCandles(source, sample);
  return lookFurther(source, sample, detected);
}

export type DetectedFile = { source: TableSource; table: string | null; detected: Detected };

/** As detectSource, of the file at `path`; `table` is its name where the file holds several. */
export async function detectFile(
  path: string,
  fileName: string,
  told: Told = {},
): Promise<DetectedFile> {
  const choice = await chooseTable(path, fileName, told.given?.table);
  const detected = await detectSource(choice.source, told);
  return {
    source: choice.source,
    table: choice.name,
    detected: askForTable(detected, fileName, choice),
  };
}

/** What a person sees of the file at `path` before an import: how it is read, and its first rows. */
export async function inspectFile(
  path: string,
  fileName: string,
  given?: Mapping,
  table = given?.table,
): Promise<Inspection> {
  const choice = await chooseTable(path, fileName, table);
  const { source } = choice;
  const sample = await readSample(source);
  const found = detect(sample, source.fileName) ?? unmapped(sample.text);
  if (!found) throw noCandles(source, sample);
  const looked = await lookFurther(source, sample, found);
  const detected = askForTable(looked, fileName, choice);
  const mapping = given ?? detected.mapping;
  const header = given && given.delimiter !== detected.mapping.delimiter ? null : detected.header;
  return { ...detected, header, mapping, ...preview(sample, mapping) };
}

/** Reads on for what the first lines leave open. */
async function lookFurther(source: TableSource, sample: Sample, detected: Detected) {
  const settled = sample.isComplete ? detected : await settleDayOrMonth(source, detected);
  return countInstruments(source, sample, settled);
}

function noCandles({ fileName }: TableSource, { text }: Sample): AppError {
  const none = `${fileName} holds no candles: it is no table with a time and open, high, low and close prices`;
  const headers = splitLines(text).slice(0, MAX_SKIPPED).map(rolesIn);
  const [named] = headers.sort((a, b) => b.length - a.length);
  const missing = PRICE_ROLES.filter((role) => !named?.includes(role));
  const sentence =
    missing.length === 0
      ? `${fileName} holds no rows of data${unread(text, named ?? [])}.`
      : missing.length < PRICE_ROLES.length
        ? `${none}, and has no column for ${missing.join(', ')}.`
        : `${none}.`;
  return new AppError('BAD_REQUEST', sentence);
}

/** The first line behind the header, whose prices are no numbers. */
function unread(text: string, header: string[]): string {
  const lines = splitLines(text);
  const at = lines.findIndex((line) => rolesIn(line).length === header.length);
  const next = lines.findIndex((line, i) => i > at && line.trim() !== '');
  if (next < 0) return '';
  const numbers = lines[next]!.split(/[,;\t|]/).filter((cell) => !Number.isNaN(looseNumber(cell)));
  if (numbers.length >= PRICE_ROLES.length) return '';
  const line = lines[next]!.slice(0, 60);
  return `: line ${next + 1}, “${line}”, has no prices that can be read`;
}

const rolesIn = (line: string) =>
  line.split(/[,;\t|]/).flatMap((name) => readName(name).words.map(({ role }) => role));

/** Reads on for a date that can only be read in one way. */
async function settleDayOrMonth(source: TableSource, detected: Detected): Promise<Detected> {
  const question = detected.questions.find(
    ({ field, answers }) => field === 'timeFormat' && answers.length > 1,
  );
  if (!question) return detected;
  const formats = question.answers.map(({ sets }) => sets.timeFormat as TimeFormat);
  const counts: number[] = [];
  for (const timeFormat of formats) {
    counts.push(await countReadable(source, { ...detected.mapping, timeFormat }));
  }
  const most = Math.max(...counts);
  const [timeFormat, ...open] = formats.filter((_, i) => counts[i] === most);
  if (!timeFormat || open.length > 0) return detected;
  const questions = detected.questions.filter((each) => each !== question);
  return { ...detected, mapping: { ...detected.mapping, timeFormat }, questions };
}

async function countReadable(source: TableSource, mapping: Mapping): Promise<number> {
  const reader = new RowReader({ ...mapping, instruments: 'all' }, new ImportIssues());
  let candles = 0;
  let bytes = 0;
  for await (const chunk of source.chunks()) {
    candles += reader.read(chunk).length;
    bytes += chunk.length;
    if (bytes > SEARCHED) break;
  }
  return candles;
}

/** A mapping to start from when nothing was recognised: the columns there are, without roles. */
function unmapped(text: string): Detected | null {
  const lines = splitLines(text);
  // Blanks alone make no table: any prose has them.
  const delimiters = DELIMITERS.filter((delimiter) => delimiter !== ' ');
  const layouts = delimiters.map((delimiter) => layOut(lines, delimiter, 0));
  const [widest] = layouts
    .flatMap((each) => each ?? [])
    .sort((a, b) => b.labels.length - a.labels.length);
  if (!widest) return null;
  const mapping: Mapping = {
    delimiter: widest.delimiter,
    skipLines: 0,
    columns: widest.labels.map(() => 'ignore'),
    timeFormat: 'iso',
    timeZone: 'UTC',
    decimalComma: false,
  };
  return { format: 'Unknown', mapping, header: null, questions: [], notes: [], symbol: null };
}

function askForTable<T extends Pick<Detected, 'mapping' | 'questions'>>(
  detected: T,
  fileName: string,
  { name, others }: Choice,
): T {
  if (name === null) return detected;
  const mapping = { ...detected.mapping, table: name };
  if (others.length === 0) return { ...detected, mapping };
  const tables = [name, ...others];
  const question: Question = {
    field: 'table',
    text: `${fileName} holds ${tables.length} tables of candles: ${tables.join(', ')}. Which one?`,
    answers: tables.map((table) => ({
      label: table,
      sets: { table },
      option: `--table ${shellWord(table)}`,
    })),
    assumed: null,
  };
  return { ...detected, mapping, questions: [question, ...detected.questions] };
}
