'use client';

import { useEffect, useState } from 'react';
import type { BarsAround } from '@/chart/types';
import type { WindowReader } from '@/chart/window-reader';
import type { UtcSeconds } from '@/contract/units';

type Range = { startTime: UtcSeconds; endTime: UtcSeconds };

/** A window of a chart, at once where it has been read; null until then. */
export function useBars(
  reader: WindowReader | undefined,
  range: Range | null,
  count: number,
): BarsAround | null {
  const { startTime = 0, endTime = 0 } = range ?? {};
  const isWanted = reader !== undefined && range !== null;
  const [, setRead] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    if (!isWanted || reader.peek(startTime, endTime, count)) return;
    void reader.barsAround(startTime, endTime, count).then(() => {
      if (isCurrent) setRead((read) => read + 1);
    });
    return () => {
      isCurrent = false;
    };
  }, [reader, isWanted, startTime, endTime, count]);
  return isWanted ? reader.peek(startTime, endTime, count) : null;
}
