import type { Context } from '../conversion/outcome';
import { areIndexesSound, refuseDamaged } from '../source/integrity';
import { profileTable, type TableProfile } from '../source/profile';
import { RowSource } from '../source/row-source';
import { readShape, type Shape, TABLES, type TableName } from '../source/shape';
import type { Snapshot } from '../source/snapshot';
import { quoted, type SqliteFile } from '../source/sqlite';
import { CandlePass } from './candle-pass';
import { type ChartPlan, planCharts } from './charts';
import { DuplicateFinder } from './duplicates';
import { type MarkPlan, planMarks } from './marks';
import { count, countReason, emptyTally, type Tally } from './tally';
import { type FileTypes, readTypes } from './types';

/** All that is known of a file before anything is written; everything later follows from it. */
export type Plan = {
  hash: string;
  shape: Shape;
  profiles: Partial<Record<TableName, TableProfile>>;
  startedAt: number;
  charts: ChartPlan;
  candles: { pass: CandlePass | null; tally: Tally; duplicates: DuplicateFinder | null };
  annotations: MarkPlan;
  span_annotations: MarkPlan;
  types: { annotation_types: FileTypes; span_label_types: FileTypes };
  /** Rows of a table of marks, and the context that decides them. */
  rowsOf(table: TableName): RowSource | null;
  contextOf(table: TableName): Context;
};

const BATCH = 8_192;

export function makePlan(
  file: SqliteFile,
  snapshot: Pick<Snapshot, 'hash' | 'folder'>,
  startedAt: number,
): Plan {
  const shape = readShape(file);
  const sources: Partial<Record<TableName, RowSource>> = {};
  const profiles: Plan['profiles'] = {};
  for (const table of TABLES) {
    const found = shape.tables[table];
    if (!found) continue;
    const source = new RowSource(file, found.name, found.all);
    sources[table] = source;
    const profile = profileTable(file, found, source);
    source.know((column) => profile.columns[column]?.types);
    profiles[table] = profile;
  }
  refuseDamaged(file, shape);
  const rowsOf = (table: TableName) => sources[table] ?? null;
  const unitsOf = (table: TableName) => profiles[table]?.units ?? {};
  const charts = planCharts(
    rowsOf('charts'),
    { units: unitsOf('charts'), startedAt },
    {
      idIsRowid: shape.tables.charts?.idIsRowid ?? false,
      rowsWithoutChart: hasRowsWithoutChart(file, shape, profiles),
    },
  );
  const contextOf = (table: TableName): Context => ({
    units: unitsOf(table),
    charts: charts.ids,
    importedData: charts.importedData,
    startedAt,
  });
  const marksOf = (table: 'annotations' | 'span_annotations') =>
    planMarks(table, rowsOf(table), contextOf(table), {
      idIsRowid: shape.tables[table]?.idIsRowid ?? false,
      sourceHash: snapshot.hash,
      folder: snapshot.folder,
    });
  const typesOf = (table: 'annotation_types' | 'span_label_types') =>
    readTypes(table, rowsOf(table), contextOf(table), shape.tables[table]?.idIsRowid ?? false);
  const pass = candlePass(file, shape, profiles, rowsOf('candles'), contextOf('candles'));
  return {
    hash: snapshot.hash,
    shape,
    profiles,
    startedAt,
    charts,
    candles: planCandles(file, shape, pass, snapshot.folder),
    annotations: marksOf('annotations'),
    span_annotations: marksOf('span_annotations'),
    types: {
      annotation_types: typesOf('annotation_types'),
      span_label_types: typesOf('span_label_types'),
    },
    rowsOf,
    contextOf,
  };
}

/** Whether any row is to go under the chart that is made for those. */
function hasRowsWithoutChart(file: SqliteFile, shape: Shape, profiles: Plan['profiles']): boolean {
  return (['candles', 'annotations', 'span_annotations'] as const).some((table) => {
    const found = shape.tables[table];
    if (!found || found.rows === 0) return false;
    const types = profiles[table]?.columns.chart_id?.types;
    if (!types || types.null > 0) return true;
    if (types.text === 0) return false;
    const empty = `select 1 from ${quoted(found.name)} where trim(chart_id) = '' limit 1`;
    return [...file.rows(empty)].length > 0;
  });
}

function candlePass(
  file: SqliteFile,
  shape: Shape,
  profiles: Plan['profiles'],
  rows: RowSource | null,
  context: Context,
): CandlePass | null {
  const [table, profile] = [shape.tables.candles, profiles.candles];
  return table && profile && rows ? new CandlePass(file, table, rows, profile, context) : null;
}

/** Goes through the candles once, unless their profile proves that each of them is fine. */
function planCandles(
  file: SqliteFile,
  shape: Shape,
  pass: CandlePass | null,
  folder: string,
): Plan['candles'] {
  const tally = emptyTally();
  if (!pass) return { pass, tally, duplicates: null };
  tally.read = pass.shape.rows;
  const areUnique =
    pass.hasWholeKeys() &&
    (pass.profile.isInOrder || (shape.candlesAreUnique && areIndexesSound(file, pass.shape.name)));
  if (areUnique && pass.isPlain()) {
    tally.stored = tally.read;
    if (pass.isMilliseconds) {
      count(tally.conversions, 'time: milliseconds made seconds', tally.read);
    }
    return { pass, tally, duplicates: null };
  }
  const duplicates = areUnique ? null : new DuplicateFinder(folder);
  for (const batch of pass.batches(null, BATCH)) {
    for (const reject of batch.rejects) countReason(tally, reject.reason);
    tally.stored += batch.length;
    if (!duplicates) continue;
    for (let i = 0; i < batch.length; i++) {
      duplicates.add(batch.chart[i]!, batch.time[i]!, batch.rowid[i]!);
    }
  }
  tally.conversions = { ...pass.takeConversions() };
  const superseded = duplicates?.settle() ?? 0;
  tally.stored -= superseded;
  for (let i = 0; i < superseded; i++)
    countReason(tally, 'time: row 0 has the same chart and time');
  return { pass, tally, duplicates };
}
