'use client';

import { useMemo } from 'react';
import * as z from 'zod';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { SpanLabelType } from '@/contract/spans';
import { afterUse, type KeyedLabel, type LabelUse, NO_USE, withKeys } from './label-keys';

const KEY = 'candle-annotator:label-use';
const kept = z.object({ places: z.record(z.string(), z.string()), used: z.array(z.string()) });

/** How labels are used in this browser. */
const store = createStore<LabelUse>(() => read());

function read(): LabelUse {
  if (typeof window === 'undefined') return NO_USE;
  try {
    return kept.parse(JSON.parse(localStorage.getItem(KEY) ?? 'null'));
  } catch {
    // Nothing was kept yet, or by another version.
    return NO_USE;
  }
}

/** The labels with the keys that choose them here. */
export function useKeyedLabels(labels: readonly SpanLabelType[]): KeyedLabel[] {
  const use = useStore(store);
  return useMemo(() => withKeys(labels, use), [labels, use]);
}

/** The labels used last in this browser, the newest first. */
export const useRecentLabels = () => useStore(store, ({ used }) => used);

export function noteUse(labels: readonly KeyedLabel[], name: string) {
  const use = afterUse(name, labels, store.getState());
  store.setState(use);
  try {
    localStorage.setItem(KEY, JSON.stringify(use));
  } catch {
    // A full or forbidden storage costs the keys at the next start, and nothing else.
  }
}
