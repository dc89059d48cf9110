import { basename } from 'node:path';
import type { EnclosePolicy, ImportEvent, Mapping } from '@/contract/candles';
import { LOCAL_ACTOR } from '../../context';
import { AppError } from '../../errors';
import { importCandles } from './import-candles';
import { detectSource } from './inspect';
import { openSource } from './source';

export type FileImport = {
  /** Of a database that no pooler stands in front of. */
  url: string;
  path: string;
  /** The file's own name, without its endings, when left out. */
  chartName?: string | undefined;
  /** A user's id; the local user's when left out. */
  createdBy?: string;
  /** How to read the file; what is left out is detected. */
  mapping?: Partial<Mapping>;
  enclose?: EnclosePolicy;
  acceptGoodRows?: boolean;
  onProgress?: (event: Extract<ImportEvent, { type: 'progress' }>) => void;
  signal?: AbortSignal;
};
export type FileImported = Exclude<ImportEvent, { type: 'progress' }>;

/**
 * Imports the file at `path` into a chart of its own. Throws an AppError with a sentence for people
 * when it cannot be read, or when it leaves open something that `mapping` does not say.
 */
export async function importFile(file: FileImport): Promise<FileImported> {
  const source = await openSource(file.path, basename(file.path));
  const detected = await detectSource(source);
  const [open] = detected.questions.filter(({ field }) => file.mapping?.[field] === undefined);
  if (open) throw new AppError('BAD_REQUEST', `${source.fileName}: ${open.text}`);
  const events = importCandles({
    ...file,
    createdBy: file.createdBy ?? LOCAL_ACTOR.id,
    source,
    mapping: { ...detected.mapping, ...file.mapping },
    chartName: file.chartName ?? chartNameOf(source.fileName),
  });
  for await (const event of events) {
    if (event.type !== 'progress') return event;
    file.onProgress?.(event);
  }
  throw new Error('an import ended without an outcome');
}

/** `prices.csv.gz` makes a chart named `prices`. */
const chartNameOf = (fileName: string) =>
  fileName.replace(/(?<=.)(\.(csv|tsv|txt|gz|zip))+$/i, '').slice(0, 200);
