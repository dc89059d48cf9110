import { randomUUID } from 'node:crypto';
import type { Target } from './connection';

const TABLES = [
  'charts',
  'annotation_types',
  'annotations',
  'span_label_types',
  'span_annotations',
];

/** Every table that the migration fills, with a row of its own; rolled back at once. */
const PROBES: { table: string; sql: string }[] = [
  { table: 'charts', sql: `insert into charts (name) values ('$uid') returning id` },
  {
    table: 'candles',
    sql: `insert into candles (chart_id, time, open, high, low, close) values ($chart, now(), 1, 1, 1, 1)`,
  },
  {
    table: 'candle_tiles',
    sql: `insert into candle_tiles (chart_id, timeframe, level, seq, first_time, bars, bytes) values ($chart, 1, 0, 0, now(), 1, '')`,
  },
  {
    table: 'annotation_types',
    sql: `insert into annotation_types (name, display_name, color, category) values ('$uid', '', '', 'line')`,
  },
  {
    table: 'annotations',
    sql: `insert into annotations (uid, chart_id, time, label_type, rev) values ('$uid', $chart, now(), '', 1)`,
  },
  {
    table: 'span_label_types',
    sql: `insert into span_label_types (name, display_name, color) values ('$uid', '', '')`,
  },
  {
    table: 'span_annotations',
    sql: `insert into span_annotations (uid, chart_id, start_time, end_time, label, rev) values ('$uid', $chart, now(), now(), '', 1)`,
  },
  {
    table: 'revisions',
    sql: `insert into revisions (chart_id, rev, uid, entity, op, actor) values ($chart, 1, '$uid', 'span', 'create', 'local')`,
  },
];

/**
 * Sets each sequence behind the highest id and inserts a row into each table to see that it works.
 * Run in a transaction; nothing of the probes stays, not even a used number.
 */
export async function setAndProbeSequences(target: Target): Promise<void> {
  for (const table of TABLES) await setSequence(target, table);
  await target.run('savepoint probe');
  let chart = 0;
  for (const { table, sql } of PROBES) {
    const filled = sql.replaceAll('$uid', randomUUID()).replaceAll('$chart', String(chart));
    const [row] = await target.rows<{ id: number }>(filled).catch((cause) => {
      throw new Error(`${table} takes no new row: ${cause.message}`, { cause });
    });
    chart ||= row?.id ?? 0;
  }
  await target.run('rollback to savepoint probe');
  // A rollback does not give numbers back.
  for (const table of TABLES) await setSequence(target, table);
}

/** ALTER SEQUENCE and not setval: it belongs to the transaction. */
async function setSequence(target: Target, table: string) {
  const { sequence, highest } = await target.one<{ sequence: string; highest: number | null }>(
    `select pg_get_serial_sequence('${table}', 'id') as sequence, (select max(id) from ${table}) as highest`,
  );
  if (highest === null) return;
  await target.run(`alter sequence ${sequence} restart with ${highest}`);
  // One that was never called would give the highest id again, and stand for an unused database.
  await target.run(`select nextval('${sequence}')`);
}
