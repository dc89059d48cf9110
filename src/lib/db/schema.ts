import { type SQL, sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  bigserial,
  boolean,
  check,
  customType,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  serial,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Price, UtcSeconds } from '@/contract/units';
import { fromPgTimestamp, toPgTimestamp } from '../time';

/*
 * Ready for Citus without change: candles, candle_tiles and predictions are distributed by
 * chart_id, so each of their unique keys holds it, they carry no trigger and nothing refers
 * to them. charts, chart_members, training_runs, prediction_requests, users, the two type tables and
 * span_label_groups become reference tables.
 */

type BeforeDeletion = {
  name: string;
  by: string;
  members: { userId: string; role: string }[];
};
type Geometry = { startTime: UtcSeconds; startPrice: Price; endTime: UtcSeconds; endPrice: Price };

const utcTime = customType<{ data: UtcSeconds; driverData: string }>({
  dataType: () => 'timestamp with time zone',
  toDriver: toPgTimestamp,
  fromDriver: fromPgTimestamp,
});

const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
});

const now = sql`now()`;
const oneOf = (column: SQL.Aliased | object, values: readonly string[]) =>
  sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`;
/** The years 1 to 9999, which also refuses both infinities; no reader could show the rest. */
const inCalendar = (column: object) =>
  sql`${column} >= '0001-01-01 00:00:00+00' and ${column} < '10000-01-01 00:00:00+00'`;
const isNumber = (json: object, key: string) =>
  sql`jsonb_typeof(${json} -> ${sql.raw(`'${key}'`)}) = 'number'`;

export const users = pgTable('users', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  createdAt: utcTime('created_at').notNull().default(now),
});

/** What lets a program or a browser in: of whoever has the secret that hashes to `hash`. */
export const accessTokens = pgTable(
  'access_tokens',
  {
    hash: text('hash').primaryKey(),
    actor: text('actor')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** Permissions of the actor's that it gives; `sign_in` may be exchanged for a session, once. */
    scopes: text('scopes').array().notNull(),
    createdAt: utcTime('created_at').notNull().default(now),
    expiresAt: utcTime('expires_at'),
  },
  (t) => [
    check('access_tokens_hash', sql`${t.hash} ~ '^[0-9a-f]{64}$'`),
    check(
      'access_tokens_scopes',
      sql`${t.scopes} <@ array['sign_in', 'read', 'annotate', 'review', 'manage'] and ${t.scopes} <> '{}'`,
    ),
  ],
);

export const charts = pgTable(
  'charts',
  {
    id: serial('id').primaryKey(),
    name: text('name').notNull().unique(),
    symbol: text('symbol'),
    /** Seconds between candles, detected by import; null while the chart is empty. */
    timeframe: doublePrecision('timeframe'),
    /** Decimals that its prices are shown with. */
    pricePrecision: integer('price_precision').notNull().default(2),
    candleCount: bigint('candle_count', { mode: 'number' }).notNull().default(0),
    firstTime: utcTime('first_time'),
    lastTime: utcTime('last_time'),
    /** IANA name of the zone of its exchange, for whoever reads its times in it; null where nobody has said. */
    exchangeZone: text('exchange_zone'),
    /** Rises with every write to the chart's annotations and spans. */
    rev: bigint('rev', { mode: 'number' }).notNull().default(0),
    /** Rises whenever its candles change; tiles are immutable under it. */
    dataRev: bigint('data_rev', { mode: 'number' }).notNull().default(0),
    createdAt: utcTime('created_at').notNull().default(now),
    createdBy: text('created_by').references(() => users.id),
    /** Null unless it waits to be gone for good: then it has no members, and so is in nobody's scope. */
    deletedAt: utcTime('deleted_at'),
    /** What restoring it gives back. */
    beforeDeletion: jsonb('before_deletion').$type<BeforeDeletion>(),
  },
  (t) => [
    check('charts_deleted', sql`(${t.deletedAt} is null) = (${t.beforeDeletion} is null)`),
    check('charts_name_length', sql`char_length(${t.name}) between 1 and 200`),
    check('charts_exchange_zone_length', sql`char_length(${t.exchangeZone}) between 1 and 64`),
    check('charts_price_precision_range', sql`${t.pricePrecision} between 0 and 12`),
  ],
);

/** Who may see a chart, and what they may do on it; whoever makes one becomes its owner. */
export const chartMembers = pgTable(
  'chart_members',
  {
    chartId: integer('chart_id')
      .notNull()
      .references(() => charts.id, { onDelete: 'cascade' }),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text('role').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chartId, t.userId] }),
    index('chart_members_user').on(t.userId),
    check('chart_members_role', oneOf(t.role, ['owner', 'reviewer', 'annotator', 'viewer'])),
  ],
);

export const candles = pgTable(
  'candles',
  {
    chartId: integer('chart_id')
      .notNull()
      .references(() => charts.id, { onDelete: 'cascade' }),
    time: utcTime('time').notNull(),
    open: doublePrecision('open').notNull(),
    high: doublePrecision('high').notNull(),
    low: doublePrecision('low').notNull(),
    close: doublePrecision('close').notNull(),
    volume: doublePrecision('volume'),
  },
  (t) => [
    primaryKey({ columns: [t.chartId, t.time] }),
    check('candles_time', inCalendar(t.time)),
    // NaN sorts above Infinity in PostgreSQL, so these bounds refuse it as well as both infinities.
    check(
      'candles_finite',
      sql`${t.open} > '-Infinity' and ${t.open} < 'Infinity' and ${t.high} > '-Infinity' and ${t.high} < 'Infinity' and ${t.low} > '-Infinity' and ${t.low} < 'Infinity' and ${t.close} > '-Infinity' and ${t.close} < 'Infinity' and (${t.volume} is null or (${t.volume} > '-Infinity' and ${t.volume} < 'Infinity'))`,
    ),
  ],
);

/** Derived from candles in the same transaction; may be rebuilt at any time. */
export const candleTiles = pgTable(
  'candle_tiles',
  {
    chartId: integer('chart_id')
      .notNull()
      .references(() => charts.id, { onDelete: 'cascade' }),
    /** Seconds per bar at level 0. */
    timeframe: doublePrecision('timeframe').notNull(),
    /** A bar of level k+1 merges four bars of level k. */
    level: integer('level').notNull(),
    /** Tile number: it holds the level's bars from seq × 1024 on. */
    seq: integer('seq').notNull(),
    firstTime: utcTime('first_time').notNull(),
    bars: integer('bars').notNull(),
    bytes: bytea('bytes').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chartId, t.timeframe, t.level, t.seq] }),
    index('candle_tiles_first_time').on(t.chartId, t.timeframe, t.level, t.firstTime),
  ],
);

/** What an annotation type can be of: the kinds that are stored as annotations. */
export const ANNOTATION_CATEGORIES = ['marker', 'line', 'level', 'rectangle'];

export const annotationTypes = pgTable(
  'annotation_types',
  {
    id: serial('id').primaryKey(),
    name: text('name').notNull().unique(),
    displayName: text('display_name').notNull(),
    color: text('color').notNull(),
    category: text('category').notNull(),
    icon: text('icon'),
    isActive: boolean('is_active').notNull().default(true),
    sortOrder: integer('sort_order').notNull().default(0),
    createdAt: utcTime('created_at').notNull().default(now),
  },
  (t) => [check('annotation_types_category', oneOf(t.category, ANNOTATION_CATEGORIES))],
);

export const annotations = pgTable(
  'annotations',
  {
    id: serial('id').primaryKey(),
    uid: uuid('uid').notNull().unique(),
    chartId: integer('chart_id')
      .notNull()
      .references(() => charts.id, { onDelete: 'cascade' }),
    time: utcTime('time').notNull(),
    labelType: text('label_type').notNull(),
    /** `{startTime, startPrice, endTime, endPrice}` for lines and rectangles, null for markers. */
    geometry: jsonb('geometry').$type<Geometry>(),
    notes: text('notes'),
    color: text('color'),
    /** When an import last changed candles in its range, until a person has looked: it is stale since. */
    candlesChangedAt: utcTime('candles_changed_at'),
    rev: bigint('rev', { mode: 'number' }).notNull(),
    createdAt: utcTime('created_at').notNull().default(now),
    createdBy: text('created_by').references(() => users.id),
    updatedAt: utcTime('updated_at').notNull().default(now),
    updatedBy: text('updated_by').references(() => users.id),
  },
  (t) => [
    index('annotations_chart_time').on(t.chartId, t.time),
    // Lines and rectangles are few, and where they begin and end stands in their geometry.
    index('annotations_drawn').on(t.chartId).where(sql`${t.geometry} is not null`),
    index('annotations_label_type').on(t.labelType),
    index('annotations_stale').on(t.chartId).where(sql`${t.candlesChangedAt} is not null`),
    check('annotations_time', inCalendar(t.time)),
    check(
      'annotations_geometry',
      sql`${t.geometry} is null or coalesce(${isNumber(t.geometry, 'startTime')} and ${isNumber(t.geometry, 'startPrice')} and ${isNumber(t.geometry, 'endTime')} and ${isNumber(t.geometry, 'endPrice')}, false)`,
    ),
  ],
);

/** Labels that belong together, and whether one person's spans of them may overlap on a chart. */
export const spanLabelGroups = pgTable(
  'span_label_groups',
  {
    name: text('name').primaryKey(),
    overlap: text('overlap').notNull().default('allow'),
  },
  (t) => [
    check('span_label_groups_name_length', sql`char_length(${t.name}) between 1 and 100`),
    check('span_label_groups_overlap', oneOf(t.overlap, ['allow', 'forbid', 'trim'])),
  ],
);

export const spanLabelTypes = pgTable(
  'span_label_types',
  {
    id: serial('id').primaryKey(),
    name: text('name').notNull().unique(),
    displayName: text('display_name').notNull(),
    color: text('color').notNull(),
    hotkey: text('hotkey'),
    isActive: boolean('is_active').notNull().default(true),
    sortOrder: integer('sort_order').notNull().default(0),
    createdAt: utcTime('created_at').notNull().default(now),
    groupName: text('group_name').references(() => spanLabelGroups.name, { onUpdate: 'cascade' }),
    /** The label that its spans were given; it stays for the runs that name it, and for undoing that. */
    mergedInto: integer('merged_into').references((): AnyPgColumn => spanLabelTypes.id),
    /** By the id of each chart that had such spans: the rev under which they were given it. */
    mergedRevs: jsonb('merged_revs').$type<Record<string, number>>(),
  },
  (t) => [
    uniqueIndex('span_label_types_hotkey')
      .on(t.hotkey)
      .where(sql`${t.isActive} and ${t.hotkey} is not null`),
    check(
      'span_label_types_merged',
      sql`(${t.mergedInto} is null) = (${t.mergedRevs} is null) and (${t.mergedInto} is null or not ${t.isActive})`,
    ),
  ],
);

export const spanAnnotations = pgTable(
  'span_annotations',
  {
    id: serial('id').primaryKey(),
    uid: uuid('uid').notNull().unique(),
    chartId: integer('chart_id')
      .notNull()
      .references(() => charts.id, { onDelete: 'cascade' }),
    startTime: utcTime('start_time').notNull(),
    endTime: utcTime('end_time').notNull(),
    /** Name of a span_label_types row, or `O`: a person saying that there is no pattern here. */
    label: text('label').notNull(),
    confidence: integer('confidence'),
    outcome: text('outcome'),
    notes: text('notes'),
    subSpans: jsonb('sub_spans').$type<Record<string, unknown>[]>(),
    color: text('color'),
    source: text('source').notNull().default('human'),
    modelPrediction: jsonb('model_prediction').$type<Record<string, unknown>>(),
    /** When an import last changed candles in its range, until a person has looked: it is stale since. */
    candlesChangedAt: utcTime('candles_changed_at'),
    rev: bigint('rev', { mode: 'number' }).notNull(),
    createdAt: utcTime('created_at').notNull().default(now),
    createdBy: text('created_by').references(() => users.id),
    updatedAt: utcTime('updated_at').notNull().default(now),
    updatedBy: text('updated_by').references(() => users.id),
  },
  (t) => [
    // A window goes by the start, from as far before it as the longest lasts.
    index('span_annotations_chart_start').on(t.chartId, t.startTime, t.endTime),
    index('span_annotations_chart_length').on(t.chartId, sql`(${t.endTime} - ${t.startTime})`),
    index('span_annotations_label').on(t.label),
    index('span_annotations_stale').on(t.chartId).where(sql`${t.candlesChangedAt} is not null`),
    check('span_annotations_order', sql`${t.startTime} <= ${t.endTime}`),
    check('span_annotations_time', sql`${inCalendar(t.startTime)} and ${inCalendar(t.endTime)}`),
    check('span_annotations_confidence', sql`${t.confidence} between 1 and 5`),
    check('span_annotations_outcome', oneOf(t.outcome, ['win', 'loss', 'breakeven'])),
    check(
      'span_annotations_sub_spans_array',
      sql`${t.subSpans} is null or jsonb_typeof(${t.subSpans}) = 'array'`,
    ),
    check(
      'span_annotations_model_prediction_object',
      sql`${t.modelPrediction} is null or jsonb_typeof(${t.modelPrediction}) = 'object'`,
    ),
  ],
);

/**
 * Bars that a person has looked at, so that no label there means no pattern. Both ends are times of
 * base candles and belong to the range. Ranges of one person and label set do not overlap. A row is
 * never updated: a change deletes it and makes others, so its uid always means the same bars.
 */
export const examinedRanges = pgTable(
  'examined_ranges',
  {
    id: serial('id').primaryKey(),
    uid: uuid('uid').notNull().unique(),
    chartId: integer('chart_id')
      .notNull()
      .references(() => charts.id, { onDelete: 'cascade' }),
    startTime: utcTime('start_time').notNull(),
    endTime: utcTime('end_time').notNull(),
    /** Names of the span labels that were looked for, in order; null stands for all of them. */
    labelSet: text('label_set').array(),
    source: text('source').notNull(),
    rev: bigint('rev', { mode: 'number' }).notNull(),
    createdAt: utcTime('created_at').notNull().default(now),
    createdBy: text('created_by')
      .notNull()
      .references(() => users.id),
  },
  (t) => [
    index('examined_ranges_chart_start').on(t.chartId, t.startTime, t.endTime),
    check('examined_ranges_order', sql`${t.startTime} <= ${t.endTime}`),
    check('examined_ranges_time', sql`${inCalendar(t.startTime)} and ${inCalendar(t.endTime)}`),
    check('examined_ranges_source', oneOf(t.source, ['done', 'viewed', 'review', 'import'])),
    check(
      'examined_ranges_label_set',
      sql`${t.labelSet} is null or (cardinality(${t.labelSet}) > 0 and array_position(${t.labelSet}, null) is null)`,
    ),
  ],
);

/** Append-only: one row per record touched by a write, under that write's rev. */
export const revisions = pgTable(
  'revisions',
  {
    chartId: integer('chart_id')
      .notNull()
      .references(() => charts.id, { onDelete: 'cascade' }),
    rev: bigint('rev', { mode: 'number' }).notNull(),
    uid: uuid('uid').notNull(),
    entity: text('entity').notNull(),
    op: text('op').notNull(),
    before: jsonb('before'),
    after: jsonb('after'),
    actor: text('actor')
      .notNull()
      .references(() => users.id),
    at: utcTime('at').notNull().default(now),
  },
  (t) => [
    primaryKey({ columns: [t.chartId, t.rev, t.uid] }),
    index('revisions_uid').on(t.uid, t.rev),
    check('revisions_entity', oneOf(t.entity, ['annotation', 'span', 'examined_range'])),
    check('revisions_op', oneOf(t.op, ['create', 'update', 'delete'])),
  ],
);

export const trainingRuns = pgTable(
  'training_runs',
  {
    id: serial('id').primaryKey(),
    /** As people call it; null for one that nobody named. */
    name: text('name'),
    status: text('status').notNull().default('queued'),
    params: jsonb('params').$type<Record<string, unknown>>().notNull(),
    /** What the run saw: charts, ranges, label set, revisions, row counts and content hash. */
    dataset: jsonb('dataset').$type<Record<string, unknown>>(),
    metrics: jsonb('metrics').$type<Record<string, unknown>>(),
    /** 0 to 1. */
    progress: doublePrecision('progress').notNull().default(0),
    /** What it is doing now, for people. */
    stage: text('stage'),
    log: text('log').notNull().default(''),
    error: text('error'),
    model: bytea('model'),
    worker: text('worker'),
    heartbeatAt: utcTime('heartbeat_at'),
    attempts: integer('attempts').notNull().default(0),
    queuedAt: utcTime('queued_at').notNull().default(now),
    startedAt: utcTime('started_at'),
    finishedAt: utcTime('finished_at'),
    createdBy: text('created_by').references(() => users.id),
  },
  (t) => [
    check(
      'training_runs_status',
      oneOf(t.status, ['queued', 'running', 'succeeded', 'failed', 'cancelled']),
    ),
    check('training_runs_progress', sql`${t.progress} between 0 and 1`),
    check('training_runs_name_length', sql`char_length(${t.name}) between 1 and 100`),
    index('training_runs_queue').on(t.id).where(sql`${t.status} in ('queued', 'running')`),
  ],
);

/**
 * A finished run's model is to predict bars of one chart: a queue of its own, so that each chart of
 * many can wait, fail or be taken back alone.
 */
export const predictionRequests = pgTable(
  'prediction_requests',
  {
    id: serial('id').primaryKey(),
    chartId: integer('chart_id')
      .notNull()
      .references(() => charts.id, { onDelete: 'cascade' }),
    trainingRunId: integer('training_run_id')
      .notNull()
      .references(() => trainingRuns.id, { onDelete: 'cascade' }),
    /** The bars that predictions may lie on, both ends included; null where the chart begins or ends. */
    startTime: utcTime('start_time'),
    endTime: utcTime('end_time'),
    status: text('status').notNull().default('queued'),
    /** 0 to 1. */
    progress: doublePrecision('progress').notNull().default(0),
    error: text('error'),
    /** The chart's data_rev when its candles were read. */
    dataRev: bigint('data_rev', { mode: 'number' }),
    /** Predictions that it stored. */
    found: integer('found'),
    worker: text('worker'),
    heartbeatAt: utcTime('heartbeat_at'),
    attempts: integer('attempts').notNull().default(0),
    queuedAt: utcTime('queued_at').notNull().default(now),
    startedAt: utcTime('started_at'),
    finishedAt: utcTime('finished_at'),
    createdBy: text('created_by').references(() => users.id),
  },
  (t) => [
    check(
      'prediction_requests_status',
      oneOf(t.status, ['queued', 'running', 'succeeded', 'failed', 'cancelled']),
    ),
    check('prediction_requests_progress', sql`${t.progress} between 0 and 1`),
    check('prediction_requests_order', sql`${t.startTime} <= ${t.endTime}`),
    check('prediction_requests_time', sql`${inCalendar(t.startTime)} and ${inCalendar(t.endTime)}`),
    index('prediction_requests_queue').on(t.id).where(sql`${t.status} in ('queued', 'running')`),
    index('prediction_requests_run_chart').on(t.trainingRunId, t.chartId),
    index('prediction_requests_chart').on(t.chartId),
  ],
);

/** The loops of the model service that take jobs, for as long as they run; one that was killed leaves its row. */
export const mlWorkers = pgTable(
  'ml_workers',
  {
    name: text('name').primaryKey(),
    /** Runs to train and bars to predict, or searches. */
    queue: text('queue').notNull(),
    /** What it works on, as `run 12`; null while it waits for something. */
    job: text('job'),
    startedAt: utcTime('started_at').notNull().default(now),
    /** When its loop gave its last sign of life: each few seconds while it waits, between stages otherwise. */
    beatAt: utcTime('beat_at').notNull().default(now),
  },
  (t) => [check('ml_workers_queue', oneOf(t.queue, ['runs', 'searches']))],
);

export const predictions = pgTable(
  'predictions',
  {
    chartId: integer('chart_id')
      .notNull()
      .references(() => charts.id, { onDelete: 'cascade' }),
    // Citus moves no table with an identity column.
    id: bigint('id', { mode: 'number' }).notNull().default(sql`nextval('predictions_id_seq')`),
    trainingRunId: integer('training_run_id')
      .notNull()
      .references(() => trainingRuns.id, { onDelete: 'cascade' }),
    startTime: utcTime('start_time').notNull(),
    endTime: utcTime('end_time').notNull(),
    label: text('label').notNull(),
    /** 0 to 1: mean probability of the label over the span's candles. */
    score: doublePrecision('score').notNull(),
    /** 0 to 1: how much an answer should teach; null where that is not known. */
    teaches: doublePrecision('teaches'),
    status: text('status').notNull().default('new'),
    /** The span that a confirm, correct or dismiss made. */
    spanUid: uuid('span_uid'),
    reviewedBy: text('reviewed_by').references(() => users.id),
    reviewedAt: utcTime('reviewed_at'),
    /** Whether it was answered together with others, and so perhaps not looked at by itself. */
    inBulk: boolean('in_bulk').notNull().default(false),
    createdAt: utcTime('created_at').notNull().default(now),
  },
  (t) => [
    primaryKey({ columns: [t.chartId, t.id] }),
    index('predictions_chart_run_start').on(t.chartId, t.trainingRunId, t.startTime, t.endTime),
    index('predictions_chart_run_length').on(
      t.chartId,
      t.trainingRunId,
      sql`(${t.endTime} - ${t.startTime})`,
    ),
    check('predictions_order', sql`${t.startTime} <= ${t.endTime}`),
    check('predictions_time', sql`${inCalendar(t.startTime)} and ${inCalendar(t.endTime)}`),
    check('predictions_score', sql`${t.score} between 0 and 1`),
    check('predictions_teaches', sql`${t.teaches} between 0 and 1`),
    check('predictions_status', oneOf(t.status, ['new', 'confirmed', 'corrected', 'dismissed'])),
    check('predictions_reviewed', sql`(${t.status} = 'new') = (${t.spanUid} is null)`),
  ],
);

/** One row per SQLite file that was, or is being, moved into this database. */
export const sqliteMigrations = pgTable(
  'sqlite_migrations',
  {
    sourceHash: text('source_hash').primaryKey(),
    sourcePath: text('source_path').notNull(),
    phase: text('phase').notNull(),
    /** The user has agreed that rows which cannot be moved go to migration_rejects. */
    acceptsRejects: boolean('accepts_rejects').notNull(),
    /** Constraints of candles that were taken off for the load and are still to be put back. */
    keys: jsonb('keys').$type<{ name: string; definition: string }[]>().notNull(),
    startedAt: utcTime('started_at').notNull().default(now),
    finishedAt: utcTime('finished_at'),
    report: jsonb('report').$type<Record<string, unknown>>(),
  },
  (t) => [
    check('sqlite_migrations_phase', oneOf(t.phase, ['loading', 'building', 'verifying', 'done'])),
  ],
);

/** How far a table of the file has been moved; written in the transaction of its rows. */
export const sqliteMigrationCheckpoints = pgTable(
  'sqlite_migration_checkpoints',
  {
    sourceHash: text('source_hash')
      .notNull()
      .references(() => sqliteMigrations.sourceHash, { onDelete: 'cascade' }),
    sourceTable: text('source_table').notNull(),
    lastRowid: bigint('last_rowid', { mode: 'bigint' }).notNull(),
    rowsRead: bigint('rows_read', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.sourceHash, t.sourceTable] })],
);

/** Rows of a SQLite file that could not be moved, as they were, with the reason. */
export const migrationRejects = pgTable(
  'migration_rejects',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    sourceHash: text('source_hash')
      .notNull()
      .references(() => sqliteMigrations.sourceHash, { onDelete: 'cascade' }),
    sourceTable: text('source_table').notNull(),
    sourceRowid: bigint('source_rowid', { mode: 'bigint' }).notNull(),
    reason: text('reason').notNull(),
    /** The row by its column names; bytes that no text can hold stand as `{"hex": …}`. */
    row: jsonb('row').$type<Record<string, unknown>>().notNull(),
    /** The bytes that the reason speaks of. */
    raw: bytea('raw'),
    at: utcTime('at').notNull().default(now),
  },
  (t) => [index('migration_rejects_source').on(t.sourceHash, t.sourceTable, t.sourceRowid)],
);
