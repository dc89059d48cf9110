import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { convertRow } from './conversion/rows';
import { CandlePass } from './plan/candle-pass';
import { profileTable } from './source/profile';
import { RowSource } from './source/row-source';
import { readShape } from './source/shape';
import { openSqlite } from './source/sqlite';
import { buildFile, HOUR, LOOSE, START } from './testing/build';
import { type TestMigration, testMigration } from './testing/migration';
import { rowUid } from './uid';

let at: TestMigration;
beforeEach(async () => {
  at = await testMigration();
});
afterEach(() => at.close());

/** fast-check says which seed failed; shrinking would take longer than reading it. */
const RUNS = { numRuns: 5, endOnFailure: true };

const text = (value: string) => `'${value.replaceAll("'", "''").replaceAll('\0', '')}'`;
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const hex = (bytes: Uint8Array) => `x'${hexOf(bytes)}'`;

/** Any cell that SQLite can hold, as SQL. */
const anyCell = fc.oneof(
  fc.constant('null'),
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => `${value.toExponential()}`),
  fc.constantFrom(
    '9e999',
    '-9e999',
    "''",
    "' '",
    "'12.5'",
    "'1e3'",
    "'2023-11-14T10:00:00Z'",
    "'null'",
  ),
  fc.constantFrom(
    `${START}`,
    `${START * 1000}`,
    `'${START}'`,
    `${START}.0`,
    "'true'",
    "'{}'",
    "'[]'",
    '\'{"a":\'',
  ),
  fc.string({ unit: 'grapheme' }).map(text),
  fc.json().map(text),
  fc.uint8Array({ maxLength: 8 }).map(hex),
  fc.uint8Array({ maxLength: 8 }).map((bytes) => `cast(${hex(bytes)} as text)`),
);
/** Mostly what belongs there. */
const mostly = (cell: fc.Arbitrary<string>) =>
  fc.oneof({ arbitrary: cell, weight: 12 }, { arbitrary: anyCell, weight: 1 });
const constants = (...values: string[]) => mostly(fc.constantFrom(...values));

const price = mostly(
  fc.double({ min: 0.0001, max: 1e6, noNaN: true }).map((value) => `${value.toExponential()}`),
);
const time = mostly(fc.integer({ min: 0, max: 300 }).map((n) => `${START + n * HOUR}`));
const chart = constants('1', '2', '2', '3');
const rowOf: Record<string, fc.Arbitrary<Record<string, string>>> = {
  charts: fc.record({
    id: constants('1', '2'),
    name: mostly(fc.string().map(text)),
    created_at: time,
  }),
  candles: fc.record({
    chart_id: chart,
    time,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: price,
  }),
  annotations: fc.record({
    ...{
      id: mostly(fc.nat().map(String)),
      chart_id: chart,
      timestamp: time,
      color: constants('null', "'#3b82f6'"),
    },
    label_type: constants("'line'", "'break_up'"),
    geometry: constants(
      'null',
      `'{"startTime":1600000000.5,"startPrice":-0,"endTime":2,"endPrice":1e-7}'`,
    ),
    created_at: time,
  }),
  span_annotations: fc.record({
    ...{ id: mostly(fc.nat().map(String)), chart_id: chart, start_time: time, end_time: time },
    ...{
      label: constants("'bull_flag'", "'O'", "'Bullish Engulfing'"),
      confidence: constants('null', '1', '3', '0.85'),
    },
    ...{
      outcome: constants('null', "'win'", "''"),
      notes: mostly(fc.string().map(text)),
      color: anyCell,
    },
    ...{
      sub_spans: constants('null', `'[{"a":1}]'`),
      source: constants("'human'", "'talib'"),
      created_at: time,
    },
    model_prediction: constants('null', `'{"label":"x","confidence":0.5}'`),
  }),
  annotation_types: fc.record({
    id: anyCell,
    name: constants("'line'", "'gap'"),
    color: anyCell,
    category: anyCell,
    is_active: anyCell,
  }),
  span_label_types: fc.record({
    id: anyCell,
    name: constants("'bull_flag'", "'O'"),
    hotkey: constants("'1'", "'2'"),
    sort_order: anyCell,
  }),
};
const AFFINITIES = ['', 'integer', 'real', 'text', 'numeric', 'blob'];

/** 10,000 rows in all, in tables without types and in tables with any. */
const anyFile = fc.record({
  types: fc.option(fc.array(fc.constantFrom(...AFFINITIES), { minLength: 60, maxLength: 60 })),
  charts: fc.array(rowOf.charts!, { maxLength: 6 }),
  candles: fc.array(rowOf.candles!, { minLength: 1200, maxLength: 1200 }),
  annotations: fc.array(rowOf.annotations!, { minLength: 400, maxLength: 400 }),
  span_annotations: fc.array(rowOf.span_annotations!, { minLength: 400, maxLength: 400 }),
  annotation_types: fc.array(rowOf.annotation_types!, { maxLength: 8 }),
  span_label_types: fc.array(rowOf.span_label_types!, { maxLength: 8 }),
});

test('whatever the cells hold, each row is in PostgreSQL or in migration_rejects, and never in both', async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(anyFile, async ({ types, ...tables }) => {
      let column = 0;
      const schema = LOOSE.replace(
        /(?<=[(,]\s*)(\w+)(?=[,)])/g,
        (name) => `${name} ${types?.[column++ % 60] ?? ''}`,
      );
      const path = buildFile(at.path(`${++runs}.db`), schema, ({ sql }) => {
        for (const [table, rows] of Object.entries(tables)) {
          for (const row of rows) {
            sql(`insert into ${table} (${Object.keys(row)}) values (${Object.values(row).join()})`);
          }
        }
      });
      const target = await testMigration();
      try {
        const { report } = await target.migrate(path, { acceptRejects: true });
        expect(report.result).toBe('PASS');
        for (const [table, rows] of Object.entries(tables)) {
          const [count] = await target.rows<{ n: number }>(
            `select count(*)::int as n from ${table}`,
          );
          const rejects = await target.rows<{ id: string }>(
            'select source_rowid as id from migration_rejects where source_table = $1 order by 1',
            [table],
          );
          const rejected = new Set(rejects.map(({ id }) => Number(id)));
          expect(rejected.size).toBe(rejects.length);
          if (table.endsWith('types')) continue;
          const made = table === 'charts' && count!.n > rows.length ? 1 : 0;
          expect(count!.n - made + rejects.length).toBe(rows.length);
          if (!table.endsWith('annotations')) continue;
          const uids = rows.flatMap((_, i) =>
            rejected.has(i + 1) ? [] : hexOf(rowUid(report.source.hash, table, i + 1)),
          );
          const stored = await target.rows<{ uid: string }>(`select uid from ${table}`);
          expect(stored.map(({ uid }) => uid.replaceAll('-', '')).sort()).toEqual(uids.sort());
        }
      } finally {
        await target.close();
      }
    }),
    RUNS,
  );
}, 120_000);

const plainCandle = fc.record({
  ...{ chart_id: fc.constantFrom('1', '2'), time: fc.integer({ min: -1e9, max: 4e9 }).map(String) },
  ...{
    open: price,
    high: fc.integer().map(String),
    low: fc.constantFrom('1', '0.1', '-0.0'),
    close: fc.constantFrom('5'),
  },
  volume: fc.constantFrom('null', '5', '0.5'),
});
const oddCandle = rowOf.candles!;

test('the short way of plain candles gives what the table of decisions does', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof({ arbitrary: plainCandle, weight: 80 }, { arbitrary: oddCandle, weight: 1 }),
        { minLength: 2000, maxLength: 2000 },
      ),
      fc.constantFrom(1, 1000),
      (rows, unit) => {
        const path = buildFile(at.path(`${Math.random()}.db`), LOOSE, ({ sql }) => {
          for (const { time: at, ...row } of rows) {
            const scaled = unit > 1 && /^-?\d+$/.test(at!) ? `${BigInt(at!) * BigInt(unit)}` : at;
            sql(
              `insert into candles (${Object.keys(row)}, time) values (${Object.values(row)}, ${scaled!.length > 18 ? 1 : scaled})`,
            );
          }
        });
        const file = openSqlite(path);
        const shape = readShape(file).tables.candles!;
        const source = new RowSource(file, shape.name, shape.all);
        const profile = profileTable(file, shape, source);
        const context = {
          units: profile.units,
          charts: new Map([
            [1, 11],
            [2, 12],
          ]),
          importedData: 13,
          startedAt: 0,
        };
        const read = (after: number | null) => {
          const pass = new CandlePass(file, shape, source, profile, context);
          const short: unknown[] = [];
          for (const batch of pass.batches(after, 333)) {
            for (let i = 0; i < batch.length; i++) {
              const { rowid, chart, time, open, high, low, close, volume } = batch;
              short.push([
                rowid[i],
                chart[i],
                time[i],
                open[i],
                high[i],
                low[i],
                close[i],
                volume[i],
              ]);
            }
            for (const { rowid, reason } of batch.rejects) short.push([rowid, reason]);
          }
          return short.sort((a, b) => (a as number[])[0]! - (b as number[])[0]!);
        };
        const long: unknown[] = [];
        for (const row of source.after(null)) {
          const converted = convertRow('candles', row, context);
          if ('reject' in converted) long.push([row.rowid, converted.reject.reason]);
          else {
            const { chart_id, time, open, high, low, close, volume } = converted.values;
            long.push([row.rowid, chart_id, time, open, high, low, close, volume ?? Number.NaN]);
          }
        }
        const after = read(700);
        expect(read(null)).toEqual(long);
        expect(after).toEqual(long.filter((row) => (row as number[])[0]! > 700));
        file.close();
      },
    ),
    RUNS,
  );
});
