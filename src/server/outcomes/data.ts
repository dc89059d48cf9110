import { type SQL, sql } from 'drizzle-orm';
import {
  ATR_BARS,
  type BarrierOutcome,
  type Barriers,
  type LabelOutcomes,
} from '@/contract/outcomes';
import { NEGATIVE_LABEL } from '@/contract/spans';
import type { UtcSeconds } from '@/contract/units';
import type { Tx } from '@/lib/db';
import { candles, charts, spanAnnotations } from '@/lib/db/schema';
import { toPgTimestamp } from '@/lib/time';
import { type ChartScope, ofChart } from '../scope';
import { type Bar, barrierOutcome, type HeldOutcome, labelOutcomes } from './rules';

/** Spans whose candles are read at once. */
const BATCH = 500;
const MAX_SPANS = 20_000;

/** The outcome of what ended at a time; null where the candles do not allow one. */
export async function getOutcomeAfter(
  db: Tx,
  scope: ChartScope,
  { time, barriers }: { time: UtcSeconds; barriers: Barriers },
): Promise<BarrierOutcome | null> {
  const [outcome] = await listOutcomesAfter(db, scope, { times: [time], barriers });
  return outcome ?? null;
}

/** The outcomes of spans that end at these times, in their order. */
export async function listOutcomesAfter(
  db: Tx,
  scope: ChartScope,
  { times, barriers }: { times: readonly UtcSeconds[]; barriers: Barriers },
): Promise<(BarrierOutcome | null)[]> {
  const written = sql.join(
    times.map((time) => sql`${toPgTimestamp(time)}`),
    sql`, `,
  );
  const ends = sql`select place as id, '' as label, end_time
    from ${charts}, unnest(array[${written}]::timestamptz[]) with ordinality as end_of (end_time, place)
    where ${ofChart(scope, charts.id)}`;
  const all = times.length > 0 ? await readBars(db, scope, ends, barriers) : [];
  return all.map(({ before, after }) => barrierOutcome(before, after, barriers));
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
        const ends = sql`
          select ${spanAnnotations.id}, ${spanAnnotations.label}, ${spanAnnotations.endTime}
          from ${spanAnnotations}
          where ${ofChart(scope, spanAnnotations.chartId)} and ${spanAnnotations.id} > ${after}
            and ${spanAnnotations.label} <> ${NEGATIVE_LABEL}
          order by ${spanAnnotations.id} limit ${BATCH}`;
        const spans = await readBars(tx, scope, ends, barriers);
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

type Ended = { id: number; label: string };
type SpanBars = Ended & { before: Bar[]; after: Bar[] };

/** What ends on the scope's chart where `ends` says (id, label, end_time), with the bars around it, by id. */
async function readBars(
  db: Tx,
  { chartId }: ChartScope,
  ends: SQL,
  { horizon }: Barriers,
): Promise<SpanBars[]> {
  const before = packedBars(chartId, sql`${candles.time} <= s.end_time`, sql`desc`, ATR_BARS + 1);
  const after = packedBars(chartId, sql`${candles.time} > s.end_time`, sql`asc`, horizon);
  const rows = await db.execute<Ended & Record<'before' | 'after', Uint8Array | null>>(sql`
    select s.id, s.label, ${before} as before, ${after} as after from (${ends}) s order by s.id`);
  return rows.map(({ id, label, before, after }) => ({
    ...{ id, label },
    before: unpackBars(before).reverse(),
    after: unpackBars(after),
  }));
}

/** A few candles as one value, five numbers each: as JSON they would take ten times as long. */
const packedBars = (chartId: number, where: SQL, order: SQL, count: number) => sql`(
  select string_agg(float8send(date_part('epoch', b.time)) || float8send(b.open)
    || float8send(b.high) || float8send(b.low) || float8send(b.close), ''::bytea)
  from (
    select ${candles.time}, ${candles.open}, ${candles.high}, ${candles.low}, ${candles.close}
    from ${candles} where ${candles.chartId} = ${chartId} and ${where}
    order by ${candles.time} ${order} limit ${count}
  ) b)`;
const BAR_BYTES = 5 * 8;

function unpackBars(bytes: Uint8Array | null): Bar[] {
  if (!bytes) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / BAR_BYTES }, (_, bar) => {
    const value = (n: number) => view.getFloat64(bar * BAR_BYTES + 8 * n);
    return { time: value(0), open: value(1), high: value(2), low: value(3), close: value(4) };
  });
}
