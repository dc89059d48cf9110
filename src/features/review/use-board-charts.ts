'use client';

import { useEffect, useState } from 'react';
import { createWindowReader, type WindowReader } from '@/chart/window-reader';
import { trpc } from '@/trpc/client';
import { holdSessions, type OpenSession, openSession } from '../session/open-sessions';
import type { SaveState } from '../session/sync/types';

/** A chart of the board: its records and how they are saved, and its candles. */
export type BoardChart = { session: OpenSession; reader: WindowReader };
export type BoardCharts = ReadonlyMap<number, BoardChart>;

/** The charts' sessions, open as long as the board is; null until they are. */
export function useBoardCharts(chartIds: readonly number[]): BoardCharts | null {
  const utils = trpc.useUtils();
  const key = chartIds.join(' ');
  const [charts, setCharts] = useState<BoardCharts | null>(null);
  useEffect(() => {
    const ids = key === '' ? [] : key.split(' ').map(Number);
    const release = holdSessions(ids);
    const opened = new Map(
      ids.map((id) => {
        const session = openSession(id, utils, null);
        return [id, { session, reader: createWindowReader(session.candles) }];
      }),
    );
    setCharts(opened);
    return () => {
      release();
      for (const { session, reader } of opened.values()) {
        reader.close();
        // Nobody tells what others do to a chart that is not looked at.
        session.sync.markStale();
      }
    };
  }, [key, utils]);
  return charts;
}

/** How the saving of all of them stands, as if they were one. */
export function useSaving(charts: BoardCharts | null): SaveState {
  const [state, setState] = useState(NOTHING);
  useEffect(() => {
    const syncs = [...(charts?.values() ?? [])].map(({ session }) => session.sync);
    const update = () => setState(joined(syncs.map((sync) => sync.state())));
    const stops = syncs.map((sync) => sync.subscribe(update));
    update();
    return () => {
      for (const stop of stops) stop();
    };
  }, [charts]);
  return state;
}

const NOTHING: SaveState = joined([]);

function joined(states: readonly SaveState[]): SaveState {
  return {
    loaded: states.every(({ loaded }) => loaded),
    waiting: states.reduce((sum, { waiting }) => sum + waiting, 0),
    saving: states.some(({ saving }) => saving),
    late: states.some(({ late }) => late),
    kept: states.every(({ kept }) => kept),
    problem: states.find(({ problem }) => problem)?.problem ?? null,
    notSaved: states.reduce((sum, { notSaved }) => sum + notSaved, 0),
    refused: states.flatMap(({ refused }) => refused),
    conflicts: states.flatMap(({ conflicts }) => conflicts),
  };
}
