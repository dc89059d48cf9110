'use client';

import { useMemo, useRef } from 'react';
import * as z from 'zod';
import { useStore } from 'zustand';
import type { SpanLabelType } from '@/contract/spans';
import { equal } from '@/editor/records';
import { keptStore } from './kept-store';
import { afterUse, type KeyedLabel, type LabelUse, NO_USE, withKeys } from './label-keys';

/** How labels are used in this browser. */
const store = keptStore<LabelUse>(
  'label-use',
  NO_USE,
  z.object({ places: z.record(z.string(), z.string()), used: z.array(z.string()) }),
);

/** The labels with the keys that choose them here. */
export function useKeyedLabels(labels: readonly SpanLabelType[]): KeyedLabel[] {
  const use = useStore(store);
  const keyed = useMemo(() => withKeys(labels, use), [labels, use]);
  // Most uses change no key, and whoever draws with labels would draw all anew.
  const kept = useRef(keyed);
  if (!equal(kept.current, keyed)) kept.current = keyed;
  return kept.current;
}

/** The labels used last in this browser, the newest first. */
export const useRecentLabels = () => useStore(store, ({ used }) => used);

export function noteUse(labels: readonly KeyedLabel[], name: string) {
  store.setState(afterUse(name, labels, store.getState()));
}
