'use client';

import { useDeferredValue } from 'react';
import type { Records } from '@/editor/records';
import { useRecords } from './session';

type Counts = ReadonlyMap<string, number>;

/** Counted once for all who ask: with 100,000 spans each time takes a good part of a frame. */
const known = new WeakMap<Records, Counts>();

/** How many spans each label has. */
export function useLabelCounts(): Counts {
  return countsOf(useDeferredValue(useRecords()));
}

function countsOf(records: Records): Counts {
  const counted = known.get(records);
  if (counted) return counted;
  const counts = new Map<string, number>();
  for (const record of records.values()) {
    if (record.kind === 'span') counts.set(record.label, (counts.get(record.label) ?? 0) + 1);
  }
  known.set(records, counts);
  return counts;
}
