import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createTRPCClient,
  httpLink,
  httpSubscriptionLink,
  retryLink,
  splitLink,
} from '@trpc/client';
import { EventSource } from 'eventsource';
import { completeSpan } from '@/contract/spans';
import { transformer } from '@/contract/transformer';
import type { AppRouter } from '@/server/root';
import type { Web } from './environment';
import { SPAN_EVERY } from './make-spans';
import { START } from './walk';

/** Each reads twice and saves once in this time. */
const CYCLE_MS = 2_000;
const READ_SPANS = 200;
/** As often as the web app tries a read again that the server had no room for. */
const RETRIES = 6;

type Crowd = {
  web: Web;
  /** People are spread over these. */
  chartIds: number[];
  people: number;
  seconds: number;
  isFollowing: boolean;
};
export type Crowded = {
  readsMs: number[];
  savesMs: number[];
  failures: string[];
  /** How many changed rows were told, to all followers together. */
  told: number;
};

/** Has people work on charts for a while, each on one. */
export async function crowd({ web, chartIds, people, seconds, isFollowing }: Crowd) {
  const api = clientOf(web);
  const result: Crowded = { readsMs: [], savesMs: [], failures: [], told: 0 };
  const until = performance.now() + seconds * 1_000;
  const timed = async (times: number[], work: Promise<unknown>) => {
    const since = performance.now();
    try {
      await work;
      times.push(performance.now() - since);
    } catch (error) {
      result.failures.push(String(error));
    }
  };
  await Promise.all(
    Array.from({ length: people }, async (_, n) => {
      const chartId = chartIds[n % chartIds.length] ?? 0;
      const following = isFollowing ? await follow(chartId) : undefined;
      // Not all in one moment, as people do not either.
      await sleep((n / people) * CYCLE_MS);
      for (let round = 0; performance.now() < until; round += 1) {
        const next = performance.now() + CYCLE_MS;
        const from = START + ((round * 97 + n) % 50) * SPAN_EVERY;
        const window = { chartId, from, to: from + READ_SPANS * SPAN_EVERY };
        await timed(result.readsMs, api.spans.list.query(window));
        await timed(result.readsMs, api.spans.counts.query(window));
        const diff = { created: [spanAt(from)] };
        await timed(result.savesMs, api.spans.save.mutate({ chartId, diff }));
        await sleep(Math.max(next - performance.now(), 0));
      }
      following?.unsubscribe();
    }),
  );
  return result;

  async function follow(chartId: number) {
    const { rev: since } = await api.charts.get.query({ chartId });
    return api.live.charts.subscribe(
      { charts: [{ chartId, since }] },
      {
        onData: ({ data }) => {
          if (data.event?.type === 'changes') result.told += data.event.spans.length;
        },
        onError: (error) => result.failures.push(String(error)),
      },
    );
  }
}

const clientOf = ({ url, headers }: Web) => {
  const to = { url: `${url}/api/trpc`, transformer };
  // Those of an EventSource are given to its fetch.
  const signedIn = (input: string | URL, init?: RequestInit) =>
    fetch(input, { ...init, headers: { ...init?.headers, ...headers } });
  return createTRPCClient<AppRouter>({
    links: [
      retryLink({
        retry: ({ op, error, attempts }) =>
          op.type === 'query' && error.data?.code === 'SERVICE_UNAVAILABLE' && attempts <= RETRIES,
        retryDelayMs: (attempts) => 500 * 2 ** (attempts - 1) * (0.5 + Math.random()),
      }),
      splitLink({
        condition: (op) => op.type === 'subscription',
        true: httpSubscriptionLink({
          ...to,
          EventSource: EventSource as never,
          eventSourceOptions: () => ({ fetch: signedIn }) as never,
        }),
        false: httpLink({ ...to, headers }),
      }),
    ],
  });
};

const spanAt = (startTime: number) => ({
  uid: randomUUID(),
  ...completeSpan({ startTime, endTime: startTime + 3_600, label: 'bull_flag' }),
});
