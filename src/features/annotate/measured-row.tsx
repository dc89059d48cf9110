'use client';

import { formatFixed } from '@/components/format';
import type { Measures } from '@/contract/candles';
import type { SpanRecord } from '@/editor/kinds/span';
import { labelStyle } from '../session/label-style';
import { useSession } from '../session/session';
import { useTimes } from '../session/time-zone';
import { COLUMNS, type ColumnKey } from './measured';
import { StaleTag } from './stale';
import { Swatch } from './swatch';

const GRID = 'grid w-full grid-cols-[minmax(0,1fr)_repeat(4,46px)] items-center gap-1.5';
export type Order = { key: ColumnKey | 'start'; isDown: boolean };

/** The heads of the columns; a click sorts by one, and once more the other way round. */
export function MeasuredHead({ order, onOrder }: { order: Order; onOrder: (next: Order) => void }) {
  const columns = [{ key: 'start', name: 'Start', title: 'In order of time' } as const, ...COLUMNS];
  return (
    <fieldset className={`${GRID} shrink-0 border-line border-t px-4 py-1 text-muted text-xs`}>
      <legend className="sr-only">Sort spans by</legend>
      {columns.map(({ key, name, title }) => {
        const isOwn = order.key === key;
        return (
          <button
            key={key}
            type="button"
            title={title}
            aria-pressed={isOwn}
            aria-label={`Sort by ${name.toLowerCase()}${isOwn ? (order.isDown ? ', largest first' : ', smallest first') : ''}`}
            onClick={() => onOrder({ key, isDown: isOwn ? !order.isDown : key !== 'start' })}
            className={`truncate hover:text-text aria-pressed:text-text ${key === 'start' ? 'text-left' : 'text-right'}`}
          >
            {name}
            {isOwn && (order.isDown ? ' ↓' : ' ↑')}
          </button>
        );
      })}
    </fieldset>
  );
}

/** A span as a line of a table. */
export function MeasuredRow(props: { record: SpanRecord; measures: Measures | undefined }) {
  const { record: span, measures } = props;
  const { labels, chart } = useSession();
  const times = useTimes(chart);
  const { text, color } = labelStyle(labels, span.label);
  return (
    <span className={GRID}>
      <span className="flex min-w-0 items-center gap-2">
        <Swatch color={span.color ?? color} />
        <span className="min-w-0">
          <span className="flex items-center gap-1.5 leading-[18px]">
            <span className="truncate">{text}</span> <StaleTag record={span} />
          </span>
          <span className="block truncate text-muted text-xs leading-4">
            {times.range(span.startTime, span.endTime)}
          </span>
        </span>
      </span>
      {COLUMNS.map(({ key, digits }) => (
        <span key={key} className="text-right text-xs tabular-nums">
          {measures && (measures[key] === null ? '–' : formatFixed(measures[key], digits))}
        </span>
      ))}
    </span>
  );
}

/** Spans in an order; what cannot be measured comes last. */
export function inOrder(
  spans: Iterable<SpanRecord>,
  { key, isDown }: Order,
  of: (span: SpanRecord) => Measures | undefined,
): SpanRecord[] {
  const sign = isDown ? -1 : 1;
  const value = (span: SpanRecord) =>
    key === 'start' ? span.startTime : (of(span)?.[key] ?? null);
  return [...spans].sort((a, b) => {
    const [one, other] = [value(a), value(b)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    return sign * (one - other) || a.startTime - b.startTime;
  });
}
