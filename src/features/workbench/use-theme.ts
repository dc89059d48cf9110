'use client';

import { useSyncExternalStore } from 'react';
import type { Theme } from './theme';

function subscribe(listener: () => void) {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
const read = (): Theme => (document.documentElement.dataset.theme === 'light' ? 'light' : 'dark');

/** The theme that is shown now. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, read, () => 'dark');
}
