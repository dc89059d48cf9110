import { basename } from 'node:path';
import {
  type ImportEvent,
  type ImportTarget,
  type Mapping,
  mappingSchema,
  type OhlcPolicy,
} from '@/contract/uploads';
import { connectForCopy } from '@/lib/db/copy/connect';
import { AppError } from '../../errors';
import { LOCAL_SCOPE, type Scope } from '../../scope';
import { chooseTable } from '../files/choose-table';
import { detectFile } from '../files/inspect';
import type { ColumnMap } from '../files/map-columns';
import type { TableSource } from '../files/table-source';
import { importCandles } from './import-candles';
import { findChartNamed } from './target';

export type FileImport = {
  /** Of a database that no pooler stands in front of. */
  url: string;
  path: string;
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
  acceptGoodRows?: boolean;
  onProgress?: (event: Extract<ImportEvent, { type: 'progress' }>) => void;
  signal?: AbortSignal;
};
/** `format` is what the file looks like, for people. */
export type FileImported = Exclude<ImportEvent, { type: 'progress' | 'preview' }> & {
  format: string;
};

/**
 * Imports the file at `path` into a chart. Throws an AppError with a sentence for people
 * when it cannot be read; one of UNPROCESSABLE_CONTENT is a question that `mapping` must answer.
 */
export async function importFile(file: FileImport): Promise<FileImported> {
  const { source, table, mapping, format } = await completeMapping(file);
  const events = importCandles({
    ...file,
    scope: file.scope ?? LOCAL_SCOPE,
    source,
    mapping,
    target: await targetOf(file, table),
  });
  for await (const event of events) {
    if (event.type === 'progress') file.onProgress?.(event);
    else if (event.type !== 'preview') return { ...event, format };
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

type Read = { source: TableSource; table: string | null; mapping: Mapping; format: string };

async function completeMapping({ path, mapping: given = {}, columns }: FileImport): Promise<Read> {
  const fileName = basename(path);
  const complete = mappingSchema.safeParse(given);
  if (complete.success && !columns) {
    const { source, name: table } = await chooseTable(path, fileName, given.table);
    return { source, table, mapping: complete.data, format: 'Columns as told' };
  }
  const { source, table, detected } = await detectFile(path, fileName, given, columns);
  const open = detected.questions.find(({ field }) => given[field] === undefined);
  if (open) throw new AppError('UNPROCESSABLE_CONTENT', `${source.fileName}: ${open.text}`);
  const mapping = { ...detected.mapping, ...given };
  return { source, table, mapping, format: detected.format };
}

/** `prices.csv.gz` makes a chart named `prices`. */
const chartNameOf = (fileName: string) =>
  fileName.replace(/(?<=.)(\.(csv|tsv|txt|gz|zip))+$/i, '').slice(0, 200);
