'use client';

import { useMemo } from 'react';
import * as z from 'zod';
import { useStore } from 'zustand';
import { formatRange, formatTime } from '@/components/format';
import type { Chart } from '@/contract/charts';
import { type Clock, clockOf, shownTime } from '@/contract/clock';
import type { UtcSeconds } from '@/contract/units';
import { currentZone } from '@/contract/zone-list';
import { keptStore } from './kept-store';

/** An IANA name, the one that the chart's exchange keeps, or this computer's. */
export type ZoneChoice = 'exchange' | 'local' | (string & {});

type ZoneState = {
  choice: ZoneChoice;
  /** IANA names by chart that were said here before a chart kept its own; each is handed over to its chart. */
  exchanges: Record<number, string>;
};

/** Kept in the browser: in which zone one reads is a matter of who reads. */
export const timeZones = keptStore<ZoneState>(
  'time-zone',
  { choice: 'UTC', exchanges: {} },
  z.object({ choice: z.string(), exchanges: z.record(z.coerce.number(), z.string()) }),
);

export const localZone = () => currentZone(new Intl.DateTimeFormat().resolvedOptions().timeZone);

/** What of a chart decides how its times are written. */
export type Zoned = Pick<Chart, 'id' | 'timeframe' | 'exchangeZone'>;

/** Of a chart that may not be there any more, with bars of so many seconds. */
export const zonedOf = (
  id: number,
  chart: Pick<Chart, 'exchangeZone'> | undefined,
  timeframe: number | null,
): Zoned => ({ id, timeframe, exchangeZone: chart?.exchangeZone ?? null });

export const exchangeOf = (
  { exchanges }: Pick<ZoneState, 'exchanges'>,
  { id, exchangeZone }: Pick<Zoned, 'id' | 'exchangeZone'>,
): string | undefined => exchangeZone ?? exchanges[id];

/** The zone in force on a chart; UTC where its exchange's is not known. */
function clockIn(state: ZoneState, chart: Zoned): Clock {
  const { choice } = state;
  const zone =
    choice === 'exchange' ? exchangeOf(state, chart) : choice === 'local' ? localZone() : choice;
  try {
    return clockOf(zone ?? 'UTC');
  } catch {
    // Kept by a browser that knew more zones.
    return clockOf('UTC');
  }
}

/** The chart keeps its own. */
export function forgetExchange(chartId: number) {
  timeZones.setState(({ exchanges: { [chartId]: _, ...exchanges } }) => ({ exchanges }));
}

/** `New York` for `America/New_York`. */
export const zoneName = (zone: string) => (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');

/** A chart's times as they are written in the zone in force. */
export function timesOf(chart: Zoned, state = timeZones.getState()) {
  const { timeframe } = chart;
  const clock = clockIn(state, chart);
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
export function useTimes({ id, timeframe, exchangeZone }: Zoned) {
  const state = useStore(timeZones);
  return useMemo(
    () => timesOf({ id, timeframe, exchangeZone }, state),
    [state, id, timeframe, exchangeZone],
  );
}

export type Times = ReturnType<typeof timesOf>;
