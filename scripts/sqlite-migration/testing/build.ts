import { copyFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import sqlite, { type Database, type JSValue, type Statement } from 'node-sqlite3-wasm';

/** The old app's releases, by what their files hold. */
export type Release = 'R0' | 'R1' | 'R2' | 'R3' | 'R5';

const ONE_CHART = `
  create table candles (id integer primary key autoincrement, time integer not null unique,
    open real not null, high real not null, low real not null, close real not null);
  create table annotations (id integer primary key autoincrement, timestamp integer not null,
    label_type text not null, geometry text, created_at integer not null);`;
const TYPES = `
  create table annotation_types (id integer primary key, name text not null unique,
    display_name text not null, color text, category text, icon text);`;
const CHARTS = `
  create table charts (id integer primary key autoincrement, name text not null unique,
    created_at integer not null);
  create table candles (id integer primary key autoincrement,
    chart_id integer not null references charts (id), time integer not null, open real not null,
    high real not null, low real not null, close real not null, unique (chart_id, time));
  create table annotations (id integer primary key, chart_id integer not null references charts (id),
    timestamp integer not null, label_type text not null, geometry text,
    color text default '#3b82f6', created_at integer not null);
  create table __drizzle_migrations (id serial primary key, hash text not null, created_at numeric);`;
const SPANS = `
  create table span_label_types (id integer primary key autoincrement, name text not null unique,
    display_name text not null, color text not null, hotkey text, is_active integer not null default 1,
    sort_order integer not null default 0, created_at integer not null);
  create table span_annotations (id integer primary key autoincrement,
    chart_id integer not null references charts (id), start_time integer not null,
    end_time integer not null, label text not null, confidence integer, outcome text, notes text,
    sub_spans text, color text not null default '#2196F3', created_at integer not null);`;
const SOURCES = `
  alter table span_annotations add column source text not null default 'human';
  alter table span_annotations add column model_prediction text;`;

const SCHEMAS: Record<Release, string> = {
  R0: ONE_CHART,
  R1: ONE_CHART + TYPES,
  R2: CHARTS + TYPES,
  R3: CHARTS + TYPES + SPANS,
  R5: CHARTS + TYPES + SPANS + SOURCES,
};

/** The same tables without a type, a key or a rule, as a hand import may leave them. */
export const LOOSE = `
  create table charts (id, name, created_at);
  create table candles (id, chart_id, time, open, high, low, close, volume);
  create table annotation_types (id, name, display_name, color, category, icon, is_active,
    sort_order, created_at);
  create table annotations (id, chart_id, timestamp, label_type, geometry, color, created_at);
  create table span_label_types (id, name, display_name, color, hotkey, is_active, sort_order,
    created_at);
  create table span_annotations (id, chart_id, start_time, end_time, label, confidence, outcome,
    notes, sub_spans, color, created_at, source, model_prediction);`;

export type Row = Record<string, JSValue>;
/** Fills a file: `add` inserts rows, `sql` runs anything. */
export type Filler = (file: {
  add(table: string, ...rows: Row[]): void;
  sql(text: string): void;
}) => void;

/** Makes a SQLite file of a release, or of tables of one's own, and puts rows into it. */
export function buildFile(path: string, schema: Release | string, fill: Filler = () => {}): string {
  const database = new sqlite.Database(path);
  try {
    // As the old app had them.
    database.exec('pragma foreign_keys = off');
    database.exec(schema in SCHEMAS ? SCHEMAS[schema as Release] : schema);
    fillIn(database, fill);
  } finally {
    database.close();
  }
  return path;
}

function fillIn(database: Database, fill: Filler) {
  const statements = new Map<string, Statement>();
  const insertInto = (table: string, columns: string[]) => {
    const marks = columns.map(() => '?').join(', ');
    const text = `insert into ${table} (${columns.join(', ')}) values (${marks})`;
    const statement = statements.get(text) ?? database.prepare(text);
    statements.set(text, statement);
    return statement;
  };
  database.exec('begin');
  fill({
    add(table, ...rows) {
      for (const row of rows) insertInto(table, Object.keys(row)).run(Object.values(row));
    },
    sql: (text) => database.exec(text),
  });
  database.exec('commit');
  for (const statement of statements.values()) statement.finalize();
}

/** A file in WAL mode as a killed app leaves it: what `later` adds is in the -wal alone. */
export async function buildWalFile(path: string, release: Release, first: Filler, later: Filler) {
  const live = `${path}.live/app.db`;
  await mkdir(dirname(live), { recursive: true });
  const database = new sqlite.Database(live);
  database.exec(`pragma locking_mode = exclusive; pragma journal_mode = wal; ${SCHEMAS[release]}`);
  fillIn(database, first);
  database.exec('pragma wal_checkpoint(truncate)');
  fillIn(database, later);
  await copyFile(live, path);
  await copyFile(`${live}-wal`, `${path}-wal`);
  database.close();
  return path;
}

export const HOUR = 3_600;
export const START = 1_600_000_000 - (1_600_000_000 % HOUR);

/** Hourly candles of a chart, told apart by `seed`. */
export function candlesOf(chart: number | null, count: number, seed = 1): Row[] {
  return Array.from({ length: count }, (_, i) => {
    const open = Math.round((100 + seed + Math.sin(i / 7) * 9) * 100) / 100;
    const close = open + ((i * 37) % 11) / 100 - 0.05;
    const row = {
      time: START + i * HOUR,
      open,
      high: open + 0.3,
      low: open - 0.30000000000000004,
      close,
    };
    return chart === null ? row : { chart_id: chart, ...row };
  });
}
