import { createTRPCClient, httpSubscriptionLink } from '@trpc/client';
import { EventSource } from 'eventsource';
import superjson from 'superjson';
import type { ChartEvent } from '@/contract/live';
import type { AppRouter } from '../root';

export const liveClient = (port: number) =>
  createTRPCClient<AppRouter>({
    links: [
      httpSubscriptionLink({
        url: `http://127.0.0.1:${port}/api/trpc`,
        transformer: superjson,
        EventSource: EventSource as never,
      }),
    ],
  });

/** Follows a chart as a browser does. */
export function followChart(
  port: number,
  {
    chartId,
    since = 0,
    dataRev,
  }: { chartId: number; since?: number; dataRev?: number | undefined },
) {
  const events: ChartEvent[] = [];
  const errors: { message: string; data: unknown }[] = [];
  let isOpen = false;
  const { unsubscribe } = liveClient(port).live.chart.subscribe(
    { chartId, since, ...(dataRev !== undefined && { dataRev }) },
    {
      onStarted: () => {
        isOpen = true;
      },
      onData: ({ data }) => events.push(data),
      onError: (error) => errors.push({ message: error.message, data: error.data }),
    },
  );
  return { events, errors, unsubscribe, isOpen: () => isOpen };
}
