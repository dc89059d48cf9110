import type { LabelNextAnswer, NextWindow } from '@/contract/examined';
import type { UtcSeconds } from '@/contract/units';
import type { trpc } from '@/trpc/client';

type Client = ReturnType<typeof trpc.useUtils>['client'];
type Bars = Pick<NextWindow, 'chartId' | 'startTime' | 'endTime'>;

/** Of the command, and of the button outside a chart. */
export const LABEL_NEXT_KEY = 'shift+n';
const MAX_SKIPPED = 20;
/** Lengths of the window on either side of it, so that a pattern is seen with what is around it. */
const AROUND = 1.5;
/** Of so many bars, as a cell of the review board shows, the time is in view at least: of two bars alone nobody sees a pattern. */
const LEAST_BARS = 56;
const asker = crypto.randomUUID();
/** Told in this browser window before: whoever asks again wants another one. */
let told: Bars[] = [];

/** The window to look at now, on one chart or over all, or why there is none. */
export async function askNext(client: Client, chartId?: number): Promise<LabelNextAnswer> {
  const answer = await client.examined.next.query({ chartId, asker, skip: told });
  if (answer.window) {
    const { chartId, startTime, endTime } = answer.window;
    told = [...told, { chartId, startTime, endTime }].slice(-MAX_SKIPPED);
  }
  return answer;
}

/** `timeframe` is that of the chart's bars; null where it is not known. */
export function withContext(
  { startTime, endTime }: Pick<Bars, 'startTime' | 'endTime'>,
  timeframe: number | null,
): { from: UtcSeconds; to: UtcSeconds } {
  const seconds = endTime - startTime;
  const least = (LEAST_BARS * (timeframe ?? 0) - seconds) / 2;
  const around = Math.max(AROUND * Math.max(seconds, 1), least);
  return { from: startTime - around, to: endTime + around };
}

/** The address of the chart with the window and what is around it in view. */
export function nextAddress(window: Bars, timeframe: number | null): `/charts/${number}?${string}` {
  const { from, to } = withContext(window, timeframe);
  const text = (seconds: number) => new Date(Math.round(seconds) * 1000).toISOString();
  const query = new URLSearchParams({ from: text(from), to: text(to) });
  return `/charts/${window.chartId}?${query}`;
}

/** Of a chart that the list of charts has. */
export const timeframeOf = (
  { charts }: ReturnType<typeof trpc.useUtils>,
  chartId: number,
): number | null => charts.list.getData()?.find(({ id }) => id === chartId)?.timeframe ?? null;
