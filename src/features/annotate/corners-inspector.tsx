'use client';

import type { ReactNode } from 'react';
import { capitalized, formatPercent, formatPrice } from '@/components/format';
import type { Chart } from '@/contract/charts';
import type { CornerFields } from '@/editor/kinds/corners';
import type { LineRecord } from '@/editor/kinds/line';
import type { RectangleRecord } from '@/editor/kinds/rectangle';
import { removeRecord } from '../session/commands';
import { annotationStyle } from '../session/label-style';
import { useSession } from '../session/session';
import { type Times, useTimes } from '../session/time-zone';
import { AnnotationHeader } from './annotation-header';
import { PriceField } from './price-field';
import { Swatch } from './swatch';

type Corner = 'start' | 'end';

/** The earlier corner first, however it was drawn. */
const cornersInOrder = ({ geometry }: CornerFields): [Corner, Corner] =>
  geometry.startTime <= geometry.endTime ? ['start', 'end'] : ['end', 'start'];

/** `8 Feb – 23 Mar 2010 · 1,056.74 → 1,170.00` */
export function cornersText(
  record: CornerFields,
  { pricePrecision }: Pick<Chart, 'pricePrecision'>,
  times: Times,
): string {
  const { geometry } = record;
  const [first, last] = cornersInOrder(record);
  const when = times.range(geometry[`${first}Time`], geometry[`${last}Time`]);
  const prices = [first, last].map((corner) =>
    formatPrice(geometry[`${corner}Price`], pricePrecision),
  );
  return `${when} · ${prices.join(' → ')}`;
}

/** What a line or rectangle is, and the times and prices of its two corners. */
export function CornersInspector(props: { name: string; record: LineRecord | RectangleRecord }) {
  const { name, record } = props;
  const session = useSession();
  const { chart, annotationTypes } = session;
  const times = useTimes(chart);
  const { geometry } = record;
  const { text, color } = annotationStyle(annotationTypes, record);
  const [first, last] = cornersInOrder(record);
  const [from, to] = [geometry[`${first}Price`], geometry[`${last}Price`]];
  const change = from > 0 ? (to / from - 1) * 100 : null;
  const title = capitalized(name);
  return (
    <section aria-label={title} className="shrink-0 px-3.5 pt-3 pb-3.5">
      <AnnotationHeader
        name={name}
        record={record}
        text={change === null ? '' : formatPercent(change, 2)}
        onDelete={() => removeRecord(session, record.uid)}
      />
      <dl className="mt-2 grid grid-cols-[80px_1fr] gap-x-3 gap-y-1.5 tabular-nums">
        <Line name="Type">
          <Swatch color={color} />
          <span className="truncate">{text}</span>
        </Line>
        {([first, last] as const).map((corner, index) => (
          <Line key={corner} name={index === 0 ? 'From' : 'To'}>
            <span className="flex-1 whitespace-nowrap">
              {times.time(geometry[`${corner}Time`])}
            </span>
            <PriceField
              label={index === 0 ? 'Price from' : 'Price to'}
              price={geometry[`${corner}Price`]}
              onChange={(price) =>
                session.editor.update(record, {
                  geometry: { ...geometry, [`${corner}Price`]: price },
                })
              }
            />
          </Line>
        ))}
      </dl>
    </section>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="pt-1 text-muted">{name}</dt>
      <dd className="flex min-h-7 min-w-0 flex-wrap items-center gap-x-2 rounded-md border border-line bg-raised px-2">
        {children}
      </dd>
    </>
  );
}
