import { Failure } from '../../cli/failure';
import { quoted, type SqliteFile } from './sqlite';

/** The tables that a release of the old app made, with the columns that are moved. */
export const COLUMNS = {
  charts: ['id', 'name', 'created_at'],
  candles: ['chart_id', 'time', 'open', 'high', 'low', 'close', 'volume'],
  annotation_types: [
    ...['id', 'name', 'display_name', 'color', 'category', 'icon'],
    ...['is_active', 'sort_order', 'created_at'],
  ],
  annotations: ['id', 'chart_id', 'timestamp', 'label_type', 'geometry', 'color', 'created_at'],
  span_label_types: [
    ...['id', 'name', 'display_name', 'color', 'hotkey', 'is_active', 'sort_order', 'created_at'],
  ],
  span_annotations: [
    ...['id', 'chart_id', 'start_time', 'end_time', 'label', 'confidence', 'outcome', 'notes'],
    ...['sub_spans', 'color', 'created_at', 'source', 'model_prediction'],
  ],
} as const;
export type TableName = keyof typeof COLUMNS;
export const TABLES = Object.keys(COLUMNS) as TableName[];

/** Columns that hold a moment, each in seconds or in milliseconds throughout. */
export const TIME_COLUMNS: Record<TableName, readonly string[]> = {
  charts: ['created_at'],
  candles: ['time'],
  annotation_types: ['created_at'],
  annotations: ['timestamp', 'created_at'],
  span_label_types: ['created_at'],
  span_annotations: ['start_time', 'end_time', 'created_at'],
};

/** The old app's own records of its releases; nobody's data. */
const BOOKKEEPING = /^(sqlite_|__drizzle_migrations$)/;

export type TableShape = {
  table: TableName;
  /** As the file spells it. */
  name: string;
  /** Known once all of them have been looked at. */
  rows: number;
  /** Those that are moved. */
  columns: string[];
  /** All of them, in lower case. */
  all: string[];
  missing: string[];
  extra: string[];
  /** Its id is the row id: whole, and never twice. */
  idIsRowid: boolean;
};

export type Shape = {
  release: string;
  tables: Partial<Record<TableName, TableShape>>;
  /** Tables that the old app did not make and that stay where they are. */
  others: { name: string; rows: number }[];
  /** SQLite itself let no two candles of a chart have one time. */
  candlesAreUnique: boolean;
};

export function readShape(file: SqliteFile): Shape {
  const shape: Shape = {
    release: '',
    tables: {},
    others: [],
    candlesAreUnique: false,
  };
  for (const { name, wr } of file.rows(`pragma table_list`)) listTable(file, shape, `${name}`, wr);
  if (!shape.tables.candles && !shape.tables.annotations) {
    const names = shape.others.map(({ name }) => name).join(', ') || 'none';
    throw new Failure(
      `This is not a database of candle-annotator: it has neither candles nor annotations (its tables: ${names}).`,
    );
  }
  shape.release = releaseOf(shape.tables);
  if (shape.tables.candles) shape.candlesAreUnique = hasUniqueTimes(file, shape.tables.candles);
  return shape;
}

function listTable(file: SqliteFile, shape: Shape, name: string, withoutRowid: unknown) {
  const [entry] = file.rows(
    `select type from sqlite_schema where type = 'table' and name = '${name.replaceAll("'", "''")}'`,
  );
  if (!entry || BOOKKEEPING.test(name)) return;
  const table = TABLES.find((known) => known === name.toLowerCase());
  if (!table) {
    const [found] = file.rows(`select count(*) as n from ${quoted(name)} not indexed`);
    shape.others.push({ name, rows: Number(found?.n) });
    return;
  }
  if (withoutRowid) {
    throw new Failure(`The table ${name} has no row ids, which no release of the old app made so.`);
  }
  const info = [...file.rows(`pragma table_info(${quoted(name)})`)];
  const names = info.map((column) => `${column.name}`.toLowerCase());
  const known: readonly string[] = COLUMNS[table];
  shape.tables[table] = {
    table,
    name,
    rows: 0,
    columns: known.filter((column) => names.includes(column)),
    all: names,
    missing: known.filter((column) => !names.includes(column) && column !== 'volume'),
    // A candle's own id is nothing that anybody needs: its chart and time name it.
    extra: names.filter((column) => !known.includes(column) && column !== 'id'),
    idIsRowid:
      info.some(
        ({ name, type, pk }) =>
          `${name}`.toLowerCase() === 'id' && `${type}`.toUpperCase() === 'INTEGER' && pk === 1,
      ) && info.filter(({ pk }) => pk !== 0).length === 1,
  };
}

/** By what each release added; a number in the file would say less. */
function releaseOf(tables: Shape['tables']): string {
  const spans = tables.span_annotations;
  if (spans && !spans.missing.includes('source')) return 'R5 (spans with their source)';
  if (spans) return 'R3 (spans)';
  if (tables.charts) return 'R2 (several charts)';
  if (tables.annotation_types) return 'R1 (annotation types)';
  return 'R0 (one chart)';
}

function hasUniqueTimes(file: SqliteFile, candles: TableShape): boolean {
  const key = candles.columns.includes('chart_id') ? 'chart_id,time' : 'time';
  for (const { name, unique, partial } of file.rows(`pragma index_list(${quoted(candles.name)})`)) {
    if (!unique || partial) continue;
    const columns = [...file.rows(`pragma index_info(${quoted(`${name}`)})`)];
    const names = columns.map((column) => `${column.name}`.toLowerCase());
    if (names.every((column) => key.split(',').includes(column))) return true;
  }
  return false;
}
