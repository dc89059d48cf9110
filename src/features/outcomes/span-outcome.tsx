'use client';

import { formatPrice } from '@/components/format';
import { DEFAULT_BARRIERS } from '@/contract/outcomes';
import type { SpanRecord } from '@/editor/kinds/span';
import { trpc } from '@/trpc/client';
import { useSession } from '../session/session';
import { useTimes } from '../session/time-zone';
import { barriersText, outcomeText } from './barriers-text';

/** What came after a span, from the candles alone; the person's own outcome stands apart from it. */
export function SpanOutcome({ span }: { span: SpanRecord }) {
  const { chart } = useSession();
  const times = useTimes(chart);
  const outcome = trpc.outcomes.after.useQuery({ chartId: chart.id, time: span.endTime });
  const { data } = outcome;
  if (outcome.isPending) return <p className="pt-1 text-faint">…</p>;
  if (outcome.isError) return <p className="pt-1 text-faint">{outcome.error.message}</p>;
  if (!data) return <p className="pt-1 text-faint">Too few candles around it</p>;
  const price = (value: number) => formatPrice(value, chart.pricePrecision);
  const entry = `${price(data.entryPrice)} on ${times.time(data.entryTime)}`;
  const exit = `${price(data.exitPrice)} on ${times.time(data.exitTime)}`;
  return (
    <p className="pt-1 tabular-nums">
      {outcomeText(data)}
      <span className="block text-muted text-xs">{barriersText(DEFAULT_BARRIERS)}</span>
      <span className="block text-faint text-xs">
        In at {entry}, out at {exit}
      </span>
    </p>
  );
}
