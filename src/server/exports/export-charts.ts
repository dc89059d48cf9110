import { getTRPCErrorFromUnknown } from '@trpc/server';
import { clockOf } from '@/contract/clock';
import {
  EXPORT_FILES,
  type ExportFormat,
  type ExportInput,
  type ExportPart,
  isCsv,
} from '@/contract/exports';
import type { Db, Tx } from '@/lib/db';
import { AppError } from '../errors';
import type { Scope } from '../scope';
import { toTrpcError } from '../to-trpc-error';
import { writeBio } from './bio-csv';
import { allowPauses, type ChartToExport, listChartsToExport } from './data';
import type { Exporting } from './formats';
import { writeParquet } from './parquet';
import { writePoints } from './points-csv';
import { inSnapshot } from './snapshot';
import { writeSpans } from './spans-json';
import { inTurn } from './turns';
import { writeWindows } from './windowed-csv';
import { timesIn } from './written-times';

type Writer = (tx: Tx, exporting: Exporting) => AsyncIterable<string | Uint8Array>;
type Counted = 'annotations' | 'spans' | 'candles';

const WRITERS: Record<ExportFormat, { write: Writer; counts: Counted }> = {
  'points-csv': { write: writePoints, counts: 'annotations' },
  'spans-json': { write: writeSpans, counts: 'spans' },
  'windowed-csv': { write: writeWindows, counts: 'spans' },
  'bio-csv': { write: writeBio, counts: 'candles' },
  parquet: { write: writeParquet, counts: 'candles' },
};
/** Small pieces travel together. */
const PART_LENGTH = 1 << 17;

export type FilePart = { data: string | Uint8Array; rows: number; totalRows: number };

/** A file's pieces as they are written, all of it as the database is at one moment. */
export function exportCharts(
  db: Db,
  scope: Scope,
  { format, chartIds, context, zone }: ExportInput,
): AsyncGenerator<FilePart, void> {
  const { write, counts } = WRITERS[format];
  if (zone !== 'UTC' && !isCsv(format)) {
    throw new AppError('BAD_REQUEST', `Only CSV is written in another zone; ${format} is UTC.`);
  }
  const clock = clockOf(zone);
  const timesOf = ({ timeframe }: ChartToExport) => timesIn(clock, timeframe);
  return inSnapshot(db, async function* (tx) {
    await allowPauses(tx);
    const charts = await listChartsToExport(tx, scope, chartIds);
    const totalRows = charts.reduce((sum, chart: ChartToExport) => sum + chart[counts], 0);
    const progress = { rows: 0 };
    for await (const data of gathered(
      write(tx, { charts, context, progress, timesOf, columnsOf: timesIn(clock, null).columns }),
    )) {
      yield { data, rows: progress.rows, totalRows };
    }
  });
}

async function* gathered(pieces: AsyncIterable<string | Uint8Array>) {
  let text = '';
  for await (const piece of pieces) {
    if (typeof piece !== 'string') yield piece;
    else text += piece;
    if (text.length < PART_LENGTH) continue;
    yield text;
    text = '';
  }
  if (text) yield text;
}

/** As exportCharts, for the wire. */
export async function* sendExport(
  db: Db,
  scope: Scope,
  input: ExportInput,
): AsyncGenerator<ExportPart, void> {
  const { encoding } = EXPORT_FILES[input.format];
  try {
    for await (const part of inTurn(db, () => exportCharts(db, scope, input))) {
      yield { ...part, data: Buffer.from(part.data).toString(encoding) };
    }
  } catch (error) {
    // Middlewares are through by the time a generator runs.
    throw toTrpcError(getTRPCErrorFromUnknown(error));
  }
}
