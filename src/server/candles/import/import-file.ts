import { basename } from 'node:path';
import {
  type ColumnRole,
  type ImportEvent,
  type ImportTarget,
  type Mapping,
  mappingSchema,
  type OhlcPolicy,
  type Question,
} from '@/contract/uploads';
import { connectForCopy } from '@/lib/db/copy/connect';
import { AppError } from '../../errors';
import { LOCAL_SCOPE, type Scope } from '../../scope';
import { chooseTable } from '../files/choose-table';
import { detectFile } from '../files/inspect';
import type { TableSource } from '../files/table-source';
import type { ColumnMap } from '../files/wanted-columns';
import { inOrderOfTime } from './file-range';
import { importCandles } from './import-candles';
import { findChartNamed } from './target';

const LISTED = 6;

export type FileImport = {
  /** Of a database that no pooler stands in front of. */
  url: string;
  /** Where the database keeps its data, when that is on this machine. */
  databaseFolder?: string | undefined;
  path: string;
  /** Files of the same chart, such as those of other months; all of them are stored, or none. */
  morePaths?: string[];
  /** The file's own name, without its endings, when left out. */
  chartName?: string | undefined;
  /** How its candles get into the chart of that name; a new one when left out. */
  mode?: ImportTarget['mode'] | undefined;
  /** The local user's when left out. */
  scope?: Scope;
  /** How to read the file; what is left out is detected. */
  mapping?: Partial<Mapping>;
  /** What columns are taken for, by their names or numbers; in the place of `mapping.columns`. */
  columns?: ColumnMap | undefined;
  ohlcPolicy?: OhlcPolicy;
  /** Leaves out bars of one price and volume 0. */
  dropFlatBars?: boolean;
  acceptGoodRows?: boolean;
  onProgress?: (event: Extract<ImportEvent, { type: 'progress' }>) => void;
  signal?: AbortSignal;
};
/** How the file was read. */
type Reading = {
  /** What it looks like, for people. */
  format: string;
  mapping: Mapping;
  /** The file's own names of the columns that were taken, or their numbers. */
  columns: Partial<Record<ColumnRole, string>>;
  /** What a person should know of it, a sentence each. */
  notes: string[];
  symbol: string | null;
};
export type FileImported = Exclude<ImportEvent, { type: 'progress' | 'preview' }> & Reading;

/**
 * Imports the file at `path` into a chart. Throws an AppError with a sentence for people
 * when it cannot be read; one of UNPROCESSABLE_CONTENT is a question that `mapping` must answer.
 */
export async function importFile(file: FileImport): Promise<FileImported> {
  const { source, table, ...reading } = await completeMapping(file);
  const { mapping, symbol } = reading;
  const files = [{ source, mapping }];
  for (const path of file.morePaths ?? []) {
    const more = await completeMapping({ ...file, path });
    files.push(more);
    reading.notes.push(...more.notes.map((note) => `${basename(path)}: ${note}`));
  }
  const [first, ...more] = await inOrderOfTime(files);
  const events = importCandles({
    ...file,
    scope: file.scope ?? LOCAL_SCOPE,
    ...first!,
    more,
    symbol,
    target: await targetOf(file, table),
  });
  for await (const event of events) {
    if (event.type === 'progress') file.onProgress?.(event);
    else if (event.type !== 'preview') return { ...event, ...reading };
  }
  throw new Error('an import ended without an outcome');
}

async function targetOf(
  { url, path, scope = LOCAL_SCOPE, chartName, mode = 'new' }: FileImport,
  table: string | null,
): Promise<ImportTarget> {
  const name = chartName ?? chartNameOf(basename(table ?? path));
  if (mode === 'new') return { mode, chartName: name };
  const client = await connectForCopy(url);
  try {
    const { id: chartId } = await findChartNamed(client, scope, name);
    return { mode, chartId };
  } finally {
    await client.end();
  }
}

type Read = Reading & { source: TableSource; table: string | null };

async function completeMapping({ path, mapping: given = {}, columns }: FileImport): Promise<Read> {
  const fileName = basename(path);
  const complete = mappingSchema.safeParse(given);
  if (complete.success && !columns) {
    const { source, name: table } = await chooseTable(path, fileName, given.table);
    const mapping = complete.data;
    return {
      source,
      table,
      mapping,
      format: 'Columns as told',
      columns: {},
      notes: [],
      symbol: null,
    };
  }
  const { source, table, detected } = await detectFile(path, fileName, { given, columns });
  const { mapping, format, header, questions, symbol } = detected;
  if (isOneMeant(given) && !mapping.columns.includes('symbol')) {
    const why =
      'has no column that names instruments, or none that is known: name it as COLUMN=NAME';
    throw new AppError('BAD_REQUEST', `${source.fileName} ${why}.`);
  }
  const open = questions.filter(({ field }) => given[field] === undefined);
  const unanswered = open.find(({ assumed }) => assumed === null);
  if (unanswered) {
    throw new AppError('UNPROCESSABLE_CONTENT', `${source.fileName}: ${inWords(unanswered)}`);
  }
  const notes = [
    ...detected.notes,
    ...open.flatMap((each) => (each.assumed ? [inWords(each)] : [])),
  ];
  return { source, table, mapping, format, columns: ownNames(mapping, header), notes, symbol };
}

const isOneMeant = ({ instruments }: Partial<Mapping>) => typeof instruments === 'object';

/** A question with what to say on the command line. */
function inWords({ text, answers, assumed }: Question): string {
  const options = answers.slice(0, LISTED).map(({ option }) => option);
  const done = assumed ? ` Until it is said they are ${assumed}.` : '';
  if (options.length === 0) return text;
  return `${text}${done} Say ${options.join(', or ')}${answers.length > LISTED ? ', …' : ''}.`;
}

/** Each role with the file's own name of its column, or its number. */
function ownNames({ columns }: Mapping, header: string[] | null): FileImported['columns'] {
  const named = columns.flatMap((role, i) =>
    role === 'ignore' ? [] : [[role, header?.[i]?.trim() || String(i + 1)] as const],
  );
  return Object.fromEntries(named);
}

/** `prices.csv.gz` makes a chart named `prices`. */
const chartNameOf = (fileName: string) =>
  fileName
    .replace(/(?<=.)(\.(csv|tsv|txt|jsonl?|ndjson|parquet|xls[xm]|gz|zip))+$/i, '')
    .slice(0, 200);
