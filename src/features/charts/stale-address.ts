import type { Chart, ChartOverview } from '@/contract/charts';
import { nextAddress } from '../session/ask-next';

type Stale = NonNullable<ChartOverview['stale']>;

/** Bars around a marker, which has one bar, so that the window is one to look at. */
const AROUND_BARS = 20;

/** The address of a chart with its first stale annotation selected and in view. */
export function staleAddress(
  { id, timeframe }: Chart,
  { first }: Stale,
): `/charts/${number}?${string}` {
  const { startTime, endTime, uid, entity } = first;
  const around = startTime === endTime ? AROUND_BARS * (timeframe ?? 1) : 0;
  const window = { chartId: id, startTime: startTime - around, endTime: endTime + around };
  return `${nextAddress(window, timeframe)}&selected=${uid}${entity === 'span' ? '' : '&panel=markers'}`;
}
