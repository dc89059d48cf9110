import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { EXAMPLE, type OpenedExample } from '@/contract/example';
import { queueRunInput } from '@/contract/runs';
import { completeSpan } from '@/contract/spans';
import type { Price, UtcSeconds } from '@/contract/units';
import type { Tx } from '@/lib/db';
import { candles, charts, spanAnnotations, spanLabelTypes } from '@/lib/db/schema';
import { env } from '@/lib/env';
import { importFile } from '../candles/import/import-file';
import { AppError } from '../errors';
import { examine } from '../records/examined';
import { queueRun } from '../runs/data';
import { type ChartScope, inScope, ofChart, type Scope } from '../scope';
import { applySpans } from '../spans/data';
import { findPatterns } from './rules';

/** npm installs it with the package vega-datasets; the image holds the file alone. */
const FILE = join(process.cwd(), 'node_modules/vega-datasets/data/sp500-2000.csv');
/** Any number that no other lock has. */
const LOCK_CLASS = 60;
const SHOWN_SPANS = 3;
/** Every database begins with these labels; where one was deleted it is made anew. */
const LABELS = [
  { name: 'double_bottom', displayName: 'Double bottom', color: '#3fb27f' },
  { name: 'bull_flag', displayName: 'Bull flag', color: '#5b9dff' },
];

/**
 * The actor's example: the chart that has its spans, or else a new one, with a run in the queue. Candles come
 * first, by themselves; all that makes them an example is one transaction. Where that did not
 * happen any more, the next call goes on with the candles that it finds.
 */
export function openExample(db: Tx, scope: Scope): Promise<OpenedExample> {
  return db.transaction(async (tx) => {
    // One at a time for each person: who clicks twice finds what the first click made.
    await tx.execute(sql`select pg_advisory_xact_lock(${LOCK_CLASS}, hashtext(${scope.actor.id}))`);
    const found = await findExample(tx, scope);
    if (found) return found;
    await fill(tx, { ...scope, chartId: await candlesOnly(tx, scope) });
    const made = await findExample(tx, scope);
    if (!made) throw new Error('the example was not stored');
    return made;
  });
}

async function findExample(tx: Tx, scope: Scope): Promise<OpenedExample | undefined> {
  const [found] = await tx.execute<OpenedExample>(sql`
    select "chartId", date_part('epoch', min(start_time)) as "startTime",
      date_part('epoch', max(end_time)) as "endTime"
    from (
      select ${charts.id} as "chartId", start_time, end_time
      from ${spanAnnotations} join ${charts} on ${charts.id} = ${spanAnnotations.chartId}
      where ${charts.createdBy} = ${scope.actor.id} and ${inScope(scope, charts.id)}
        and source = ${EXAMPLE.source}
      order by ${charts.id}, start_time desc limit ${SHOWN_SPANS}) as last
    group by "chartId" order by 1 limit 1`);
  return found;
}

/** The chart of its candles, without anything on it. */
async function candlesOnly(tx: Tx, scope: Scope): Promise<number> {
  const [left] = await tx.execute<{ id: number }>(sql`
    select ${charts.id} from ${charts}
    where ${charts.createdBy} = ${scope.actor.id} and ${inScope(scope, charts.id)}
      and name = ${EXAMPLE.chartName} and rev = 0`);
  if (left) return left.id;
  if (!existsSync(FILE))
    throw new AppError('NOT_FOUND', `The example’s candles are not there: ${FILE}.`);
  const { DIRECT_DATABASE_URL, DATABASE_URL, DATABASE_FOLDER: databaseFolder } = env();
  const url = DIRECT_DATABASE_URL ?? DATABASE_URL;
  const { chartName } = EXAMPLE;
  const imported = await importFile({ url, databaseFolder, path: FILE, chartName, scope });
  if (imported.type !== 'done') throw new Error(`the example's candles were refused: ${FILE}`);
  return imported.chartId;
}

/** Puts the spans of the rule, the bars that it went through and a run on a chart. */
async function fill(tx: Tx, scope: ChartScope) {
  const bars = await tx.execute<{ time: UtcSeconds } & Record<'high' | 'low' | 'close', Price>>(sql`
    select date_part('epoch', time) as time, high, low, close from ${candles}
    where ${ofChart(scope, candles.chartId)} order by time`);
  const patterns = findPatterns({
    high: bars.map(({ high }) => high),
    low: bars.map(({ low }) => low),
    close: bars.map(({ close }) => close),
  }).slice(0, EXAMPLE.spans);
  const examinedTo = bars[patterns.at(-1)?.last ?? -1];
  if (!examinedTo || patterns.length < EXAMPLE.spans)
    throw new AppError('CONFLICT', `“${EXAMPLE.chartName}” holds other candles. Rename it first.`);
  await tx.insert(spanLabelTypes).values(LABELS).onConflictDoNothing();
  const created = patterns.map(({ label, first, last }) => ({
    uid: randomUUID(),
    ...completeSpan({
      label,
      startTime: bars[first]!.time,
      endTime: bars[last]!.time,
      source: EXAMPLE.source,
    }),
  }));
  await applySpans(tx, scope, { created, updated: [], deleted: [] });
  // Beyond the last of them nobody has looked: that is left for people and the model.
  const range = { startTime: bars[0]!.time, endTime: examinedTo.time };
  await examine(tx, scope, { person: scope.actor.id }, [
    { type: 'mark', bars: [range], source: 'import', labelSet: LABELS.map(({ name }) => name) },
  ]);
  const wanted = { name: EXAMPLE.runName, chartIds: [scope.chartId] };
  await queueRun(tx, scope, queueRunInput.parse(wanted));
}
