import { type Bars, freePart, shareCandles } from '@/contract/overlaps';
import type { SpanLabelType } from '@/contract/spans';
import type { UtcSeconds } from '@/contract/units';
import { spansOf } from '@/editor/derived';
import type { Diff } from '@/editor/diff';
import type { SpanRecord } from '@/editor/kinds/span';
import { labelStyle } from './label-style';
import type { Session } from './session';
import { timesOf, type Zoned } from './time-zone';

/** What its group's rule makes of a span: it may not be there, or is cut to what is free. */
export type Fit = {
  group: string;
  /** The first that is in the way. */
  other: SpanRecord;
  /** What is left of it; null where it is refused. */
  bars: Bars | null;
};

/** What the rule says is told by. */
type Told = {
  chart: Zoned;
  labels: readonly Pick<SpanLabelType, 'name' | 'displayName' | 'color' | 'groupName'>[];
};
type Ruled = Known & Told & Pick<Session, 'chartView'>;
type Known = Pick<Session, 'editor' | 'groups' | 'authors'> & {
  labels: readonly Pick<SpanLabelType, 'name' | 'groupName'>[];
};

/**
 * The same as the server says once it is saved (`records/overlaps.ts`), before it is; null where nothing is
 * in the way. `together` is what is moved with it, and `changed` what is changed or added
 * with it, as that will be.
 */
export function fitOf(
  { editor, labels, groups, authors }: Known,
  span: SpanRecord,
  beside: (time: UtcSeconds, bars: 1 | -1) => UtcSeconds,
  together: (uid: string) => boolean = () => false,
  changed: readonly SpanRecord[] = [],
): Fit | null {
  const groupOf = new Map(labels.map(({ name, groupName }) => [name, groupName]));
  const group = groups.current.find(({ name }) => name === groupOf.get(span.label));
  if (!group || group.overlap === 'allow') return null;
  const others: SpanRecord[] = [];
  const news = new Set(changed.map(({ uid }) => uid));
  const known = spansOf(editor.records()).filter(({ uid }) => !news.has(uid) && !together(uid));
  for (const record of [...known, ...changed]) {
    if (record.uid === span.uid) continue;
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
export function fitText({ labels, chart }: Told, fit: Fit): string {
  const { other, group, bars } = fit;
  const times = timesOf(chart);
  const range = times.range(other.startTime, other.endTime);
  const name = `“${labelStyle(labels, other.label).text}”, ${range},`;
  return bars
    ? `Cut to what is free, ${times.range(bars.startTime, bars.endTime)}: ${name} lies beside it.`
    : `${name} is in the way: spans of “${group}” may not overlap.`;
}

/** Why the rule does not let spans be as they are to be, together; null where it does. */
export function refusalOf(
  session: Ruled,
  spans: readonly SpanRecord[],
  together?: (uid: string) => boolean,
): string | null {
  const { chartView, editor } = session;
  const beside = (time: UtcSeconds, bars: 1 | -1) =>
    // As long as that is not known it may be free; saving tells.
    chartView.current?.candleBeside(time, bars) ?? time + bars * 1e-6;
  for (const span of spans) {
    const before = editor.get(span.uid);
    if (before?.kind === 'span' && isPlacedAs(before, span)) continue;
    const fit = fitOf(session, span, beside, together, spans);
    if (fit && !fit.bars) return fitText(session, fit);
  }
  return null;
}

/** The same of what a change would make of spans. */
export function refusalOfDiff(session: Ruled, { added, updated, removed }: Diff): string | null {
  const made = [...added, ...updated.map(([, to]) => to)];
  const gone = new Set(removed.map(({ uid }) => uid));
  return refusalOf(
    session,
    made.filter((record) => record.kind === 'span'),
    (uid) => gone.has(uid),
  );
}

/** Whether the rule lets spans be where they are put; what it refuses is not even sent, and said. */
export function areLetBe(
  session: Session,
  spans: readonly SpanRecord[],
  together?: (uid: string) => boolean,
): boolean {
  const refusal = refusalOf(session, spans, together);
  if (refusal !== null) session.view.setState({ notice: refusal });
  return refusal === null;
}

export const isLetBe = (
  session: Session,
  span: SpanRecord,
  together?: (uid: string) => boolean,
): boolean => areLetBe(session, [span], together);

/** What stays where it is may stay. */
export const isPlacedAs = (one: SpanRecord, other: SpanRecord) =>
  one.label === other.label && one.startTime === other.startTime && one.endTime === other.endTime;
