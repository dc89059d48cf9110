'use client';

import { useMemo, useState } from 'react';
import type { EarlyEnd } from '@/contract/spans';
import { derivedMap } from '@/editor/derived';
import type { SpanRecord } from '@/editor/kinds/span';
import { trpc } from '@/trpc/client';
import { useRecords, useSession } from '../session/session';

/** Spans that may end too early, as the chart had them when it was opened, until a person has decided. */
export function useEarlyEnds() {
  const { chart, editor } = useSession();
  const records = useRecords();
  const [kept, setKept] = useState(() => readKept(chart.id));
  const found = trpc.spans.earlyEnds.useQuery(
    { chartId: chart.id },
    { staleTime: Number.POSITIVE_INFINITY, refetchOnMount: false },
  );
  const openOf = useMemo(() => {
    const all = new Map(found.data?.map((early) => [early.uid, early]));
    return derivedMap<EarlyEnd>((record) => {
      const early = kept.has(record.uid) ? undefined : all.get(record.uid);
      return early && record.kind === 'span' && record.endTime === early.endTime ? early : null;
    });
  }, [found.data, kept]);
  const open = openOf(records);

  /** As one step to undo. */
  const extend = (ends: Iterable<EarlyEnd>) =>
    editor.gesture(() => {
      for (const { uid, lastTime } of ends) {
        const span = editor.get(uid);
        if (span?.kind === 'span') editor.update<SpanRecord>(span, { endTime: lastTime });
      }
    });
  const keep = (uid: string) => {
    const next = new Set([...kept, uid]);
    localStorage.setItem(keyOf(chart.id), JSON.stringify([...next]));
    setKept(next);
  };
  return { open, extend, keep };
}

const keyOf = (chartId: number) => `candle-annotator:kept-ends:${chartId}`;

/** What a person decided to leave as it is, in this browser. */
function readKept(chartId: number): Set<string> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(chartId)) ?? '[]');
    return new Set(Array.isArray(kept) ? kept.map(String) : []);
  } catch {
    return new Set();
  }
}
