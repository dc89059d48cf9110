import type { ColumnRole } from '@/contract/uploads';

/** The first name of a role that a header has wins. */
const NAMES: Record<Exclude<ColumnRole, 'ignore' | 'date' | 'time-of-day'>, string[]> = {
  time: [
    ...['time', 'datetime', 'timestamp', 'unix', 'unixtime', 'unixtimestamp', 'opentime', 'date'],
    ...['gmttime', 'localtime', 'utc', 'utctime', 'dateutc', 'dategmt', 'opentimestamp'],
    ...['starttime', 'start', 'periodstart', 'bartime', 'tsevent', 'ts', 'dt', 'day', 't'],
  ],
  open: ['open', 'openprice', 'opening', 'o'],
  high: ['high', 'highprice', 'max', 'h'],
  low: ['low', 'lowprice', 'min', 'l'],
  close: ['close', 'closeprice', 'closing', 'closelast', 'last', 'latest', 'price', 'settle', 'c'],
  volume: ['volume', 'vol', 'tickvol', 'tickvolume', 'totalvolume', 'volumeusdt', 'v'],
};
const CLOCK_NAMES = ['time', 'time-of-day', 'hour'];
const DATE_NAMES = ['date', 'day', 'tradingday', 'tradedate'];

/** Lower case letters and digits of a header's name: `<TICKVOL>`, `1. open`, `Close/Last`. */
const plain = (name: string) =>
  name
    .toLowerCase()
    .replace(/^\d+\.\s+/, '')
    .replace(/[^\p{L}\p{N}]/gu, '');

/** Whether a row of cells names prices, and so is a header. */
export function isHeader(cells: string[]): boolean {
  const names = new Set(cells.map(plain));
  const named = (['open', 'high', 'low', 'close'] as const).filter((role) =>
    NAMES[role].some((name) => names.has(name)),
  );
  return named.length >= 3;
}

/** The columns of the prices under their roles, by the names of a header. */
export function priceColumns(header: string[]): Map<ColumnRole, number> {
  const names = header.map(plain);
  const columns = new Map<ColumnRole, number>();
  for (const role of ['open', 'high', 'low', 'close'] as const) {
    const column = NAMES[role].map((name) => names.indexOf(name)).find((at) => at >= 0);
    if (column !== undefined) columns.set(role, column);
  }
  return columns;
}

/** Columns that a header calls a volume: "Volume BTC" goes before "Volume USD" after it. */
export function volumeColumns(header: string[]): number[] {
  const names = header.map(plain);
  const named = NAMES.volume.map((name) => names.indexOf(name));
  return [...named, names.findIndex((name) => name.startsWith('vol'))].filter((at) => at >= 0);
}

/** Columns that a header calls a time, the most telling name first. */
export function timeColumns(header: string[]): number[] {
  const names = header.map(plain);
  return NAMES.time.map((name) => names.indexOf(name)).filter((column) => column >= 0);
}

/** Date and time of day where a header has a column for each. */
export function dateAndClock(header: string[]): { date: number; clock: number } | null {
  const names = header.map(plain);
  const date = names.findIndex((name) => DATE_NAMES.includes(name));
  const clock = names.findIndex((name) => CLOCK_NAMES.includes(name));
  return date >= 0 && clock >= 0 ? { date, clock } : null;
}
