import type { Session } from '../session/session';
import { isSourceId, type SourceId } from './sources/source';

/** What an address of the board names; null is left to the board, and for the chart stands for all. */
export type BoardPlace = { source: SourceId | null; set: number | null; chart: number | null };

export type BoardAddress = '/review' | `/review?${string}`;

export function boardAddress(place: BoardPlace): BoardAddress {
  const parts = Object.entries(place).flatMap(([name, value]) =>
    value === null ? [] : [[name, String(value)]],
  );
  return parts.length > 0 ? `/review?${new URLSearchParams(parts)}` : '/review';
}

/** An address may be typed by hand: what it says wrongly is left out. */
export function readPlace(search: Record<string, string | string[] | undefined>): BoardPlace {
  const id = (value: unknown) =>
    typeof value === 'string' && /^[1-9]\d{0,9}$/.test(value) ? Number(value) : null;
  const { source, set, chart } = search;
  return {
    source: typeof source === 'string' && isSourceId(source) ? source : null,
    set: id(set),
    chart: id(chart),
  };
}

/** Where the board has what is proposed on the chart that is looked at. */
export function addressOnBoard({ chart, view }: Pick<Session, 'chart' | 'view'>): BoardAddress {
  const { bestFirst, runId } = view.getState();
  return boardAddress({
    source: runId === null ? null : bestFirst ? 'similar' : 'predictions',
    set: runId,
    chart: chart.id,
  });
}
