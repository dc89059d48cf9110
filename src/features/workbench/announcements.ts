import type { ChartBar } from '@/chart/chart-bar';
import { formatCount, formatPercent, formatPrice } from '@/components/format';
import type { Diff } from '@/editor/diff';
import { definitionOf, type EditorRecord } from '@/editor/kinds/kinds';
import type { SpanRecord } from '@/editor/kinds/span';
import type { List } from '@/editor/sorted';
import { annotationStyle, labelStyle } from '../session/label-style';
import type { Session } from '../session/session';
import { timesOf } from '../session/time-zone';

type Named = Pick<Session, 'labels' | 'annotationTypes' | 'chart'>;

/** What a person's change did, in a few words; null where it is nothing one sees on the chart. */
export function changeText(session: Named, { added, updated, removed }: Diff): string | null {
  const parts: string[] = [];
  const [first] = added;
  if (first) parts.push(`${added.length === 1 ? recordText(session, first) : count(added)} added`);
  const [gone] = removed;
  if (gone) {
    parts.push(`${removed.length === 1 ? recordText(session, gone) : count(removed)} deleted`);
  }
  const [change] = updated;
  if (change && updated.length === 1) parts.push(`Now ${recordText(session, change[1])}`);
  else if (change) parts.push(`${count(updated)} changed`);
  return parts.length > 0 ? parts.join('. ') : null;
}

const count = (all: readonly unknown[]) => `${formatCount(all.length)} annotations`;

/** `Bull flag, 1 – 20 Jul 2010`. */
export function recordText({ labels, annotationTypes, chart }: Named, record: EditorRecord) {
  const times = definitionOf(record.kind)
    .anchors(record)
    .map(({ time }) => time);
  const name =
    'label' in record
      ? labelStyle(labels, record.label).text
      : annotationStyle(annotationTypes, record).text;
  const when = timesOf(chart).range(Math.min(...times), Math.max(...times));
  return `${name}, ${when}`;
}

/** The bar that the keyboard is at, with its prices and what lies over it. */
export function barText(
  session: Pick<Session, 'labels' | 'chart'>,
  bar: ChartBar,
  spans: Pick<List<SpanRecord>, 'filter'>,
  timeframe: number | null,
): string {
  const { labels, chart } = session;
  const price = (value: number) => formatPrice(value, chart.pricePrecision);
  const change = bar.previousClose === null ? null : (bar.close / bar.previousClose - 1) * 100;
  const over = spans
    .filter(({ startTime, endTime }) => startTime <= bar.time && bar.time <= endTime)
    .map(({ label }) => labelStyle(labels, label).text);
  return [
    timesOf(chart).time(bar.time, timeframe),
    `open ${price(bar.open)}, high ${price(bar.high)}, low ${price(bar.low)}, close ${price(bar.close)}`,
    ...(change === null ? [] : [formatPercent(change, 2)]),
    ...(over.length > 0 ? [`in ${over.join(', ')}`] : []),
  ].join(', ');
}
