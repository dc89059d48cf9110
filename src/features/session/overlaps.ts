import { type Bars, freePart, shareCandles } from '@/contract/overlaps';
import type { SpanLabelType } from '@/contract/spans';
import type { UtcSeconds } from '@/contract/units';
import { spansOf } from '@/editor/derived';
import type { SpanRecord } from '@/editor/kinds/span';
import { labelStyle } from './label-style';
import type { Session } from './session';
import { timesOf } from './time-zone';

/** What its group's rule makes of a span: it may not be there, or is cut to what is free. */
export type Fit = {
  group: string;
  /** The first that is in the way. */
  other: SpanRecord;
  /** What is left of it; null where it is refused. */
  bars: Bars | null;
};

type Known = Pick<Session, 'editor' | 'groups' | 'authors'> & {
  labels: readonly Pick<SpanLabelType, 'name' | 'groupName'>[];
};

/**
 * The same as the server says once it is saved (`records/overlaps.ts`), before it is; null where nothing is
 * in the way. `together` is what is moved with it. Candles beside others are told by the bars shown.
 */
export function fitOf(
  { editor, labels, groups, authors }: Known,
  span: SpanRecord,
  beside: (time: UtcSeconds, bars: 1 | -1) => UtcSeconds,
  together: (uid: string) => boolean = () => false,
): Fit | null {
  const groupOf = new Map(labels.map(({ name, groupName }) => [name, groupName]));
  const group = groups.current.find(({ name }) => name === groupOf.get(span.label));
  if (!group || group.overlap === 'allow') return null;
  const others: SpanRecord[] = [];
  for (const record of spansOf(editor.records())) {
    if (record.uid === span.uid || together(record.uid)) continue;
    if (!shareCandles(record, span) || groupOf.get(record.label) !== group.name) continue;
    if (authors.isSame(record.uid, span.uid)) others.push(record);
  }
  const [other] = others.sort((a, b) => a.startTime - b.startTime);
  if (!other) return null;
  const step = (time: UtcSeconds, bars: 1 | -1) => {
    const found = beside(time, bars);
    return found === time ? null : found;
  };
  const near = { get: (time: UtcSeconds) => ({ before: step(time, -1), after: step(time, 1) }) };
  const bars = group.overlap === 'trim' ? freePart(span, others, near) : null;
  return { group: group.name, other, bars };
}

/** What would come of it, while it is drawn or moved. */
export function fitText({ labels, chart }: Pick<Session, 'labels' | 'chart'>, fit: Fit): string {
  const { other, group, bars } = fit;
  const times = timesOf(chart);
  const range = times.range(other.startTime, other.endTime);
  const name = `“${labelStyle(labels, other.label).text}”, ${range},`;
  return bars
    ? `Cut to what is free, ${times.range(bars.startTime, bars.endTime)}: ${name} lies beside it.`
    : `${name} is in the way: spans of “${group}” may not overlap.`;
}

/** Whether the rule lets the span be where it is put; what it refuses is not even sent, and said. */
export function isLetBe(session: Session, span: SpanRecord, together?: (uid: string) => boolean) {
  const { chartView, editor, view } = session;
  const before = editor.get(span.uid);
  if (before?.kind === 'span' && isPlacedAs(before, span)) return true;
  const beside = (time: UtcSeconds, bars: 1 | -1) =>
    chartView.current?.shiftTime(time, bars) ?? time;
  const fit = fitOf(session, span, beside, together);
  if (!fit || fit.bars) return true;
  view.setState({ notice: fitText(session, fit) });
  return false;
}

/** What stays where it is may stay. */
export const isPlacedAs = (one: SpanRecord, other: SpanRecord) =>
  one.label === other.label && one.startTime === other.startTime && one.endTime === other.endTime;
