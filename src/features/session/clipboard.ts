import type { ChartView } from '@/chart/types';
import { formatCount } from '@/components/format';
import type { UtcSeconds } from '@/contract/units';
import type { EditorRecord } from '@/editor/kinds/kinds';
import { movedFields, timesOf } from '@/editor/reshape';
import { refusalOf } from './overlaps';
import { countText, rangeOf, selectAll, selectedRecords } from './selection';
import type { Session } from './session';

type Copied = {
  chartId: number;
  /** Seconds per base candle of the chart that it was copied from. */
  timeframe: number;
  records: EditorRecord[];
  /** Bars shown from the first of all its times to each of them. */
  offsets: ReadonlyMap<UtcSeconds, number>;
};

/** Of this window, whatever chart is open in it. */
let copied: Copied | null = null;

export const hasCopied = () => copied !== null;

/** Copies all that is selected but predictions; answers what it copied. */
export async function copySelected(session: Session, chart: ChartView): Promise<string | null> {
  const records = selectedRecords(session).filter(({ kind }) => kind !== 'prediction');
  const times = [...new Set(records.flatMap(timesOf))];
  const first = Math.min(...times);
  if (records.length === 0) return null;
  const offsets = await Promise.all(
    times.map(async (time) => [time, (await chart.barsBetween(first, time)) - 1] as const),
  );
  const { id: chartId, timeframe } = session.chart;
  copied = { chartId, timeframe: timeframe ?? 1, records, offsets: new Map(offsets) };
  return countText(records);
}

/**
 * Pastes what was copied: on another chart at the same times, as far as it has candles there; on the same chart, or
 * where there are none, from the bar cursor on, or else from the pointer. Answers what became of it.
 */
export async function pasteCopied(session: Session, chart: ChartView): Promise<string | null> {
  if (!copied) return null;
  const { records, chartId } = copied;
  const isSame = chartId === session.chart.id;
  const atTimes = isSame ? [] : await Promise.all(records.map((each) => atSameTimes(chart, each)));
  const placed = atTimes.filter((each) => each !== null);
  if (placed.length > 0) {
    const refusal = add(session, placed);
    if (refusal !== null) return refusal;
    const missing = records.length - placed.length;
    const rest = missing > 0 ? `; ${formatCount(missing)} lie where this chart has no candles` : '';
    await show(session, chart);
    return `${countText(placed)} pasted at the times of the copy${rest}.`;
  }
  const { cursorTime, hovered } = session.view.getState();
  const from = cursorTime ?? hovered?.time;
  const why = isSame ? '' : 'This chart has no candles at the times of the copy. ';
  if (from === undefined) {
    return `${why}Put the bar cursor or the pointer where the copy shall begin, and paste again.`;
  }
  const shifted = await fromBar(chart, copied, from);
  const at = cursorTime === null ? 'pointer' : 'bar cursor';
  if (shifted.length === 0) return `${why}From the ${at} on there are too few bars for the copy.`;
  const refusal = add(session, shifted);
  if (refusal !== null) return refusal;
  await show(session, chart);
  const missing = records.length - shifted.length;
  const rest = missing > 0 ? `; for ${formatCount(missing)} there are too few bars` : '';
  return `${why}${countText(shifted)} pasted from the ${at} on${rest}.`;
}

/** As a person's own, selected, with one undo; answers why not, where a group's rule refuses one of them. */
function add(session: Session, records: EditorRecord[]): string | null {
  const refusal = refusalOf(
    session,
    records.filter((record) => record.kind === 'span'),
  );
  if (refusal !== null) return refusal;
  session.editor.add(...records);
  selectAll(
    session,
    records.map(({ uid }) => uid),
  );
  return null;
}

async function show(session: Session, chart: ChartView) {
  const ranges = selectedRecords(session).map(rangeOf);
  await chart.showRange(
    Math.min(...ranges.map(([first]) => first)),
    Math.max(...ranges.map(([, last]) => last)),
  );
}

/** From its first candle that the chart has to its last; null where it has none between. */
async function atSameTimes(chart: ChartView, record: EditorRecord): Promise<EditorRecord | null> {
  const [first, last] = rangeOf(record);
  // The last candle of a coarser chart goes on.
  const end = last + Math.max((copied?.timeframe ?? 1) - 1, 0);
  const [at, next, until] = await Promise.all([
    chart.barNear(first, 0),
    chart.barNear(first, 1),
    chart.barNear(end, 0),
  ]);
  const from = at && at.time < first ? next : at;
  if (!from || !until || from.time < first || from.time > end || until.time < from.time)
    return null;
  const within = async (time: UtcSeconds) => {
    const near = (await chart.barNear(time === last ? end : time, 0))?.time ?? time;
    return Math.min(Math.max(near, from.time), until.time);
  };
  return moved(chart, record, within);
}

/** All of it that finds room from a bar on, as many bars apart as it was. */
async function fromBar(chart: ChartView, { records, offsets }: Copied, from: UtcSeconds) {
  const first = await chart.barNear(from, 0);
  const offsetOf = (time: UtcSeconds) => offsets.get(time) ?? 0;
  const fits = async (record: EditorRecord) => {
    const offset = offsetOf(rangeOf(record)[1]);
    const last = await chart.barNear(from, offset);
    return first !== null && last?.bar === first.bar + offset;
  };
  const placeOf = async (time: UtcSeconds) =>
    (await chart.barNear(from, offsetOf(time)))?.time ?? from;
  const placed = await Promise.all(
    records.map(async (record) => ((await fits(record)) ? moved(chart, record, placeOf) : null)),
  );
  return placed.filter((record) => record !== null);
}

/** A new record like it, with each of its times at the bar that `placeOf` says. */
async function moved(
  chart: ChartView,
  record: EditorRecord,
  placeOf: (time: UtcSeconds) => Promise<UtcSeconds>,
): Promise<EditorRecord> {
  const [, last] = rangeOf(record);
  const times = [...new Set(timesOf(record))];
  const places = new Map(
    await Promise.all(
      times.map(async (time) => {
        const candles = await chart.candleRange(await placeOf(time));
        return [time, time === last ? candles.last : candles.first] as const;
      }),
    ),
  );
  const fields = movedFields(record, { time: (time) => places.get(time) ?? time, price: 0 });
  const own = record.kind === 'span' ? { source: 'human', modelPrediction: null } : {};
  return { ...record, ...fields, ...own, uid: crypto.randomUUID(), id: null } as EditorRecord;
}
