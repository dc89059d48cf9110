'use client';

import { useSyncExternalStore } from 'react';
import { type ChartTheme, darkTheme, lightTheme, SAFE_DIRECTIONS } from '@/chart/theme';
import { type Choice, readChoice } from './appearance';
import type { Theme } from './theme';
import { useTheme } from './use-theme';

function subscribe(listener: () => void) {
  const observer = new MutationObserver(listener);
  const attributeFilter = ['data-candles', 'data-palette'];
  observer.observe(document.documentElement, { attributeFilter });
  return () => observer.disconnect();
}

/** What is chosen now. */
export function useChoice(name: Choice) {
  return useSyncExternalStore(
    subscribe,
    () => readChoice(name, document.documentElement.dataset[name]),
    () => readChoice(name, undefined),
  );
}

// The same object for the same choices, as a new one is drawn anew.
const themes = new Map<string, ChartTheme>();

function themeFor(theme: Theme, hollow: boolean, isSafe: boolean): ChartTheme {
  const key = `${theme} ${hollow} ${isSafe}`;
  const known = themes.get(key);
  if (known) return known;
  const made: ChartTheme = {
    ...(theme === 'dark' ? darkTheme : lightTheme),
    ...(isSafe ? SAFE_DIRECTIONS[theme] : {}),
    hollow,
  };
  themes.set(key, made);
  return made;
}

/** The colours of charts, by the theme and what else a person chose. */
export function useChartTheme(): ChartTheme {
  return themeFor(useTheme(), useChoice('candles') === 'hollow', useChoice('palette') === 'safe');
}
