import type { LabelsImported } from '@/contract/exports';
import type { UtcSeconds } from '@/contract/units';
import type { Tx } from '@/lib/db';
import { AppError } from '../errors';
import type { ChartScope } from '../scope';
import { isoTime } from './iso-time';
import { listDaysWithCandles, listOffCandles } from './labels/data';
import type { InFile } from './records';
import type { Shape } from './row-identity';

/** Times of the first months of 1970 are rather numbers of bars. */
const LAST_BAR = 1e7;

type Placed = { startTime: UtcSeconds; endTime: UtcSeconds; called: string };

/** Where a span or a marker is; lines and rectangles may begin and end anywhere. */
function placeOf(row: Shape): Placed[] {
  if ('label' in row) {
    return [{ startTime: row.startTime, endTime: row.endTime, called: `the span “${row.label}”` }];
  }
  const { time, geometry, labelType } = row;
  return geometry ? [] : [{ startTime: time, endTime: time, called: `“${labelType}”` }];
}

/** Counts those of `rows`, which are new or changed, that begin or end where the chart has no candle. */
export async function countOffCandles(
  tx: Tx,
  scope: ChartScope,
  target: LabelsImported,
  rows: readonly Shape[],
) {
  // The candles of a chart that is made come with the same rows.
  if (target.isNew) return;
  const places = rows.flatMap(placeOf);
  for (const { place, isAtStart } of await listOffCandles(tx, scope, places)) {
    const { startTime, endTime } = places[place]!;
    const time = isAtStart ? endTime : startTime;
    const { rows, time: first } = target.offCandles ?? { rows: 0, time };
    target.offCandles = { rows: rows + 1, time: Math.min(first, time) };
  }
}

/** Throws a BAD_REQUEST for a date without a time of day of which the chart has several candles. */
export async function requireTimesOfDay(
  tx: Tx,
  scope: ChartScope,
  { chartName, isNew }: LabelsImported,
  rows: readonly InFile[],
) {
  if (isNew) return;
  const dates = rows.flatMap(({ dates = [] }) => dates);
  const [place] = await listDaysWithCandles(
    tx,
    scope,
    dates.map(({ time }) => time),
  );
  if (place === undefined) return;
  const { said, time } = dates[place]!;
  throw new AppError(
    'BAD_REQUEST',
    `${said} is a day, and “${chartName}” has candles within it. Write the time of the candle as well, such as ${isoTime(time + HALF_PAST_NINE)}. Nothing was saved.`,
  );
}

const HALF_PAST_NINE = 34_200;

/** Throws a BAD_REQUEST for one of `rows`, which another program made, that holds no candle of the chart. */
export async function requireCandles(
  tx: Tx,
  scope: ChartScope,
  { chartName, isNew }: LabelsImported,
  fileName: string,
  rows: readonly Shape[],
) {
  if (isNew) return;
  const places = rows.flatMap(placeOf);
  const off = await listOffCandles(tx, scope, places);
  const [first] = off.filter(({ isEmpty }) => isEmpty);
  if (!first) return;
  const { startTime, endTime, called } = places[first.place]!;
  const when =
    startTime === endTime ? isoTime(startTime) : `${isoTime(startTime)} to ${isoTime(endTime)}`;
  throw new AppError(
    'BAD_REQUEST',
    `${fileName}: ${called}, ${when}, holds no candle of “${chartName}”. ${endTime < LAST_BAR ? 'Are its times numbers of bars? Write them as 2024-01-31T09:30:00Z.' : 'Are its times of another zone, or of another chart?'} Nothing was saved.`,
  );
}
