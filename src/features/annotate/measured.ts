'use client';

import { useEffect, useRef, useState } from 'react';
import { MAX_MEASURED, type Measures } from '@/contract/candles';
import type { SpanRecord } from '@/editor/kinds/span';
import { trpc } from '@/trpc/client';
import { useSession } from '../session/session';

export const COLUMNS = [
  { key: 'bars', name: 'Bars', title: 'Candles of the chart, both ends counted', digits: 0 },
  { key: 'height', name: 'Height', title: 'Highest high less lowest low, in ATR', digits: 1 },
  { key: 'slope', name: 'Slope', title: 'Line through the closes, in ATR a candle', digits: 2 },
  {
    key: 'volumeRatio',
    name: 'Volume',
    title: 'Mean volume by that of the 20 candles before it',
    digits: 2,
  },
] as const satisfies { key: keyof Measures; name: string; title: string; digits: number }[];
export type ColumnKey = (typeof COLUMNS)[number]['key'];

const rangeKey = ({ startTime, endTime }: SpanRecord) => `${startTime} ${endTime}`;

/** What the candles say of each span, as far as it is known; asked for in batches, once for each range. */
export function useMeasures(spans: Iterable<SpanRecord>, isWanted: boolean) {
  const { chart } = useSession();
  const { client } = trpc.useUtils();
  const known = useRef(new Map<string, Measures>());
  const [version, setVersion] = useState(0);
  const [error, setError] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other candles, other measures
  useEffect(() => {
    known.current.clear();
    setVersion((count) => count + 1);
  }, [chart.dataRev]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a batch that came asks for the next one
  useEffect(() => {
    if (!isWanted) return;
    let isCurrent = true;
    const missing = new Map<string, SpanRecord>();
    for (const span of spans) {
      if (missing.size === MAX_MEASURED) break;
      if (!known.current.has(rangeKey(span))) missing.set(rangeKey(span), span);
    }
    if (missing.size === 0) return;
    const ranges = [...missing.values()].map(({ startTime, endTime }) => ({ startTime, endTime }));
    client.candles.measure.query({ chartId: chart.id, ranges }).then(
      (rows) => {
        if (!isCurrent) return;
        for (const [at, key] of [...missing.keys()].entries()) {
          const row = rows[at];
          if (row) known.current.set(key, row);
        }
        setError(null);
        setVersion((count) => count + 1);
      },
      (problem: Error) => isCurrent && setError(problem.message),
    );
    return () => {
      isCurrent = false;
    };
  }, [spans, isWanted, version, chart.id, client]);
  return { of: (span: SpanRecord) => known.current.get(rangeKey(span)), error, version };
}
