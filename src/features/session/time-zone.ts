'use client';

import { useMemo } from 'react';
import { useStore } from 'zustand';
import { persist } from 'zustand/middleware';
import { createStore } from 'zustand/vanilla';
import { formatRange, formatTime } from '@/components/format';
import { type Clock, clockOf, shownTime } from '@/contract/clock';
import type { UtcSeconds } from '@/contract/units';

/** An IANA name, the one that the chart's exchange keeps, or this computer's. */
export type ZoneChoice = 'exchange' | 'local' | (string & {});

type ZoneState = {
  choice: ZoneChoice;
  /** IANA names by chart, as far as somebody has said them here. */
  exchanges: Record<number, string>;
};

/** Kept in the browser: in which zone one reads is a matter of who reads. */
export const timeZones = createStore<ZoneState>()(
  persist((): ZoneState => ({ choice: 'UTC', exchanges: {} }), {
    name: 'candle-annotator:time-zone',
  }),
);

export const localZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The zone in force on a chart; UTC where its exchange's is not known. */
export function clockIn({ choice, exchanges }: ZoneState, chartId: number): Clock {
  const zone =
    choice === 'exchange' ? exchanges[chartId] : choice === 'local' ? localZone() : choice;
  try {
    return clockOf(zone ?? 'UTC');
  } catch {
    // Kept by a browser that knew more zones.
    return clockOf('UTC');
  }
}

export function sayExchange(chartId: number, zone: string) {
  timeZones.setState(({ exchanges }) => ({ exchanges: { ...exchanges, [chartId]: zone } }));
}

type Bars = { id: number; timeframe: number | null };

/** `New York` for `America/New_York`. */
export const zoneName = (zone: string) => (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');

/** A chart's times as they are written in the zone in force. */
export function timesOf({ id, timeframe }: Bars, state = timeZones.getState()) {
  const clock = clockIn(state, id);
  const shown = (time: UtcSeconds, bars: number | null) => shownTime(time, bars, clock);
  return {
    clock,
    /** `bars` are the seconds of a bar, where they are others than the chart's. */
    time: (time: UtcSeconds, bars = timeframe) => formatTime(time, bars, shown),
    range: (from: UtcSeconds, to: UtcSeconds, bars = timeframe) =>
      formatRange(from, to, bars, shown),
  };
}

/** The same, written anew when another zone is chosen. */
export function useTimes({ id, timeframe }: Bars) {
  const state = useStore(timeZones);
  return useMemo(() => timesOf({ id, timeframe }, state), [state, id, timeframe]);
}

export type Times = ReturnType<typeof timesOf>;
