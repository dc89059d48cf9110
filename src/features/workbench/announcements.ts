import type { ChartBar } from '@/chart/chart-bar';
import {
  capitalized,
  formatCount,
  formatPercent,
  formatPrice,
  formatScore,
} from '@/components/format';
import type { Diff } from '@/editor/diff';
import { definitionOf, type EditorRecord } from '@/editor/kinds/kinds';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import type { SpanRecord } from '@/editor/kinds/span';
import type { Records } from '@/editor/records';
import type { List } from '@/editor/sorted';
import type { ToolState } from '@/editor/tools';
import { drawingTools } from '../annotate/kinds/kinds';
import { relationIn } from '../models/review-queue';
import type { ExaminedState } from '../session/examined-store';
import { annotationStyle, labelStyle } from '../session/label-style';
import type { Session } from '../session/session';
import { timesOf } from '../session/time-zone';

type Named = Pick<Session, 'labels' | 'annotationTypes' | 'chart'>;

/** What a person's change did, in a few words; null where it is nothing one sees on the chart. */
export function changeText(session: Named, { added, updated, removed }: Diff): string | null {
  const answered = updated.flatMap(([, to]) => (to.kind === 'prediction' ? to : []));
  const [answer] = answered;
  if (answer) {
    const what = answered.length === 1 ? recordText(session, answer) : count(answered);
    return `${what} ${ANSWERS[answer.status]}`;
  }
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

const ANSWERS: Record<PredictionRecord['status'], string> = {
  new: 'to be reviewed again',
  confirmed: 'confirmed',
  corrected: 'corrected',
  dismissed: 'dismissed',
};

/** What is selected now; of a prediction what there is to answer. */
export function selectedText(session: Named, record: EditorRecord, records: Records): string {
  const what = recordText(session, record);
  if (record.kind !== 'prediction') return `${what} selected`;
  const relation = relationIn(records, record);
  const said =
    relation.type === 'unmarked'
      ? 'unmarked by you'
      : `you say ${labelStyle(session.labels, relation.span.label).text}`;
  return `Prediction ${what}, score ${formatScore(record.score)}, ${said}`;
}

/** `Examined: 2 Mar – 17 Apr 2020`. */
export function examinedText({ chart }: Named, { type, bars }: ExaminedState['pending'][number]) {
  const ranges = bars.map(({ startTime, endTime }) =>
    timesOf(chart).range(
      Math.max(startTime, chart.firstTime ?? startTime),
      Math.min(endTime, chart.lastTime ?? endTime),
    ),
  );
  return `${type === 'mark' ? 'Examined' : 'No longer examined'}: ${ranges.join(', ')}`;
}

/** The tool that is taken, or from where it draws. */
export function toolText(session: Named, { tool, phase }: ToolState, timeframe: number | null) {
  const name =
    drawingTools(session)
      .flat()
      .find((each) => each.tool === tool)?.text ?? capitalized(tool.split(':')[0] ?? tool);
  if (phase.name !== 'drawing') return `${name} tool`;
  return `${name} from ${timesOf(session.chart).time(phase.from.time, timeframe)}`;
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
