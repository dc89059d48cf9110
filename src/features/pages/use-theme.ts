'use client';

import { useSyncExternalStore } from 'react';
import { readTheme, type Theme } from './theme';

const prefersLight = () => matchMedia('(prefers-color-scheme: light)');

function subscribe(listener: () => void) {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  const preference = prefersLight();
  preference.addEventListener('change', listener);
  return () => {
    observer.disconnect();
    preference.removeEventListener('change', listener);
  };
}
const read = (): Theme =>
  readTheme(document.documentElement.dataset.theme) ?? (prefersLight().matches ? 'light' : 'dark');

/** The theme that is shown now: the chosen one, or else what the browser prefers. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, read, () => 'dark');
}
