import { and, eq, isNotNull, ne, sql } from 'drizzle-orm';
import type { Bars } from '@/contract/overlaps';
import type { Tx } from '@/lib/db';
import { candles, predictions } from '@/lib/db/schema';
import { toPgTimestamp } from '@/lib/time';
import { type ChartScope, ofChart } from '../scope';
import { examine, type Step } from './examined';

/** A prediction, and who has reviewed it. */
export type Reviewed = Bars & { id: number; reviewedBy: string | null };
/** `rev` is that which was allocated for them already. */
type Reviews = { reviewed: readonly Bars[]; reopened: readonly Reviewed[]; rev?: number };

/**
 * What reviews say of bars: whoever reviews a prediction has examined it and as many bars as it has
 * on either side. A review that is taken back takes that along, as its span goes too and the place
 * would be left as one without a pattern.
 */
export async function examineReviews(
  tx: Tx,
  scope: ChartScope,
  { reviewed, reopened, ...under }: Reviews,
): Promise<void> {
  const people = new Set(reopened.flatMap(({ reviewedBy }) => reviewedBy ?? []));
  for (const person of people) {
    const own = reopened.filter(({ reviewedBy }) => reviewedBy === person);
    const cuts = await islandsOf(tx, scope, own);
    const others = await reviewsOf(tx, scope, person);
    const kept = (await islandsOf(tx, scope, others)).flatMap((island) =>
      cuts.flatMap((cut) => intersection(island, cut)),
    );
    await examine(tx, scope, { ...under, person }, [
      { type: 'cut', bars: cuts, sources: ['review'] },
      { type: 'mark', bars: kept, source: 'review', labelSet: null },
    ]);
  }
  if (reviewed.length === 0) return;
  const bars = await islandsOf(tx, scope, reviewed);
  const mark: Step = { type: 'mark', bars, source: 'review', labelSet: null };
  await examine(tx, scope, { ...under, person: scope.actor.id }, [mark]);
}

/** The predictions with as many bars as they have on either side; without candles, nothing. */
async function islandsOf(tx: Tx, scope: ChartScope, spans: readonly Bars[]): Promise<Bars[]> {
  if (spans.length === 0) return [];
  const lines = spans.map(({ startTime, endTime }) => ({
    first: toPgTimestamp(startTime),
    last: toPgTimestamp(endTime),
  }));
  const ofCandles = sql`from ${candles} where ${ofChart(scope, candles.chartId)}`;
  return await tx.execute<Bars>(sql`
    select date_part('epoch', coalesce(earlier.time, inside.first)) as "startTime",
      date_part('epoch', coalesce(later.time, inside.last)) as "endTime"
    from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb)
      as span(first timestamptz, last timestamptz),
    lateral (
      select count(*) as bars, min(time) as first, max(time) as last
      ${ofCandles} and time between span.first and span.last
    ) as inside
    left join lateral (
      select min(time) as time from (
        select time ${ofCandles} and time < span.first order by time desc limit inside.bars
      ) as before
    ) as earlier on true
    left join lateral (
      select max(time) as time from (
        select time ${ofCandles} and time > span.last order by time limit inside.bars
      ) as after
    ) as later on true
    where inside.bars > 0`);
}

const intersection = (a: Bars, b: Bars): Bars[] => {
  const startTime = Math.max(a.startTime, b.startTime);
  const endTime = Math.min(a.endTime, b.endTime);
  return startTime <= endTime ? [{ startTime, endTime }] : [];
};

const reviewsOf = (tx: Tx, scope: ChartScope, person: string): Promise<Bars[]> =>
  tx
    .select({ startTime: predictions.startTime, endTime: predictions.endTime })
    .from(predictions)
    .where(
      and(
        ofChart(scope, predictions.chartId),
        eq(predictions.reviewedBy, person),
        ne(predictions.status, 'new'),
        isNotNull(predictions.spanUid),
      ),
    );
