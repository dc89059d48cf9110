import { type SQL, sql } from 'drizzle-orm';
import {
  ATR_BARS,
  type BarrierOutcome,
  type Barriers,
  type LabelOutcomes,
} from '@/contract/outcomes';
import { NEGATIVE_LABEL } from '@/contract/spans';
import type { Tx } from '@/lib/db';
import { candles, spanAnnotations } from '@/lib/db/schema';
import { AppError } from '../errors';
import { type ChartScope, ofChart } from '../scope';
import { type Bar, barrierOutcome, type HeldOutcome, labelOutcomes } from './rules';

/** Spans whose candles are read at once. */
const BATCH = 500;
const MAX_SPANS = 20_000;

/** The outcome of one span; null where the candles do not allow one. */
export async function getSpanOutcome(
  db: Tx,
  scope: ChartScope,
  { uid, barriers }: { uid: string; barriers: Barriers },
): Promise<BarrierOutcome | null> {
  const [span] = await readSpans(db, scope, barriers, sql`${spanAnnotations.uid} = ${uid}`, 1);
  if (!span) throw new AppError('NOT_FOUND', 'There is no such span on this chart.');
  return barrierOutcome(span.before, span.after, barriers);
}

/** The outcomes of all spans but negatives, by label; of the first 20,000 in the order of their ids. */
export async function listLabelOutcomes(
  db: Tx,
  scope: ChartScope,
  barriers: Barriers,
): Promise<LabelOutcomes[]> {
  const labels = new Map<string, { held: HeldOutcome[]; unresolved: number }>();
  let after = 0;
  await db.transaction(
    async (tx) => {
      for (let read = 0; read < MAX_SPANS; ) {
        const where = sql`${spanAnnotations.id} > ${after} and ${spanAnnotations.label} <> ${NEGATIVE_LABEL}`;
        const spans = await readSpans(tx, scope, barriers, where, BATCH);
        for (const span of spans) {
          const label = labels.get(span.label) ?? { held: [], unresolved: 0 };
          labels.set(span.label, label);
          const outcome = barrierOutcome(span.before, span.after, barriers);
          if (!outcome) label.unresolved += 1;
          else {
            const times = span.after.slice(0, outcome.bars).map(({ time }) => time);
            label.held.push({ outcome, times });
          }
        }
        read += spans.length;
        if (spans.length < BATCH) break;
        after = spans.at(-1)!.id;
      }
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
  return [...labels]
    .map(([label, { held, unresolved }]) => labelOutcomes(label, held, unresolved))
    .sort((a, b) => b.spans - a.spans || (a.label < b.label ? -1 : 1));
}

type SpanBars = { id: number; label: string; before: Bar[]; after: Bar[] };

/** Spans with the bars that their outcomes are made of, by id. */
async function readSpans(
  db: Tx,
  scope: ChartScope,
  { horizon }: Barriers,
  where: SQL,
  limit: number,
): Promise<SpanBars[]> {
  const rows = await db.execute<SpanBars>(sql`
    select s.id, s.label, ${bars(sql`${candles.time} <= s.end_time`, sql`desc`, ATR_BARS + 1)} as before,
      ${bars(sql`${candles.time} > s.end_time`, sql`asc`, horizon)} as after
    from (
      select ${spanAnnotations.id}, ${spanAnnotations.label}, ${spanAnnotations.chartId}, ${spanAnnotations.endTime}
      from ${spanAnnotations}
      where ${ofChart(scope, spanAnnotations.chartId)} and ${where}
      order by ${spanAnnotations.id} limit ${limit}
    ) s order by s.id`);
  return [...rows];
}

/** A few candles as one JSON value, in order of time. */
const bars = (where: SQL, order: SQL, count: number) => sql`(
  select coalesce(jsonb_agg(jsonb_build_object('time', extract(epoch from b.time)::float8,
    'open', b.open, 'high', b.high, 'low', b.low, 'close', b.close) order by b.time), '[]')
  from (
    select ${candles.time}, ${candles.open}, ${candles.high}, ${candles.low}, ${candles.close}
    from ${candles} where ${candles.chartId} = s.chart_id and ${where}
    order by ${candles.time} ${order} limit ${count}
  ) b)`;
