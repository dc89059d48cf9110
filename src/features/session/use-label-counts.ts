'use client';

import { useMemo } from 'react';
import { useRecords } from './session';

/** How many spans each label has. */
export function useLabelCounts(): Map<string, number> {
  const records = useRecords();
  return useMemo(() => {
    const counts = new Map<string, number>();
    for (const record of records.values()) {
      if (record.kind === 'span') counts.set(record.label, (counts.get(record.label) ?? 0) + 1);
    }
    return counts;
  }, [records]);
}
