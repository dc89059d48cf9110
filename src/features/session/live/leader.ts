import type { ChartEvent } from '@/contract/live';
import { advance, type Interest, type Message } from './messages';

export type OpenStream = (
  charts: Interest[],
  handlers: { onEvent(chartId: number, event: ChartEvent | null): void; onError(): void },
) => { unsubscribe(): void };

/** Windows that come and go together are one change of the stream. */
const SETTLE_MS = 50;
/** How often all windows are asked, to forget those that were closed without a word. */
const CALL_MS = 30_000;
const ANSWER_MS = 5_000;

/** Follows for all windows of the browser, for as long as this one holds the stream. */
export function lead(open: OpenStream, post: (message: Message) => void) {
  const interests = new Map<string, Interest>();
  /** Up to where the stream has told each chart. */
  let told = new Map<number, Interest>();
  let stream: { unsubscribe(): void } | undefined;
  let settling: ReturnType<typeof setTimeout> | undefined;
  let answering: ReturnType<typeof setTimeout> | undefined;

  function settle() {
    const wanted = earliest(interests.values());
    if (stream && isTold(wanted, told)) return;
    close();
    told = wanted;
    // Copies: what is told moves on while a request may still be written.
    if (wanted.size > 0)
      stream = open(
        [...wanted.values()].map((one) => ({ ...one })),
        handlers,
      );
  }

  const handlers = {
    onEvent(chartId: number, event: ChartEvent | null) {
      if (event) {
        for (const one of [...interests.values(), ...told.values()]) {
          if (one.chartId === chartId) advance(one, event);
        }
      }
      post({ type: 'event', chartId, event });
    },
    onError() {
      close();
      interests.clear();
      post({ type: 'ended' });
    },
  };

  function call() {
    const asked = new Map(interests);
    post({ type: 'call' });
    answering = setTimeout(() => {
      for (const [window, interest] of asked) {
        // An answer is a new entry, even where it says the same.
        if (interests.get(window) === interest) interests.delete(window);
      }
      settle();
    }, ANSWER_MS);
  }

  function close() {
    stream?.unsubscribe();
    stream = undefined;
  }

  const calling = setInterval(call, CALL_MS);
  return {
    hear({ window, interest }: Extract<Message, { type: 'interest' }>) {
      if (interest) interests.set(window, { ...interest });
      else interests.delete(window);
      clearTimeout(settling);
      settling = setTimeout(settle, SETTLE_MS);
    },
    stop() {
      clearInterval(calling);
      clearTimeout(settling);
      clearTimeout(answering);
      close();
    },
  };
}

/** Of each chart, from where on some window needs it. */
function earliest(interests: Iterable<Interest>): Map<number, Interest> {
  const charts = new Map<number, Interest>();
  for (const interest of interests) {
    const { chartId, since, dataRev } = interest;
    const other = charts.get(chartId) ?? interest;
    charts.set(chartId, {
      chartId,
      since: Math.min(since, other.since),
      dataRev: Math.min(dataRev, other.dataRev),
    });
  }
  return charts;
}

/** Whether the stream follows all that is wanted, and has not gone past where it is wanted from. */
function isTold(wanted: Map<number, Interest>, told: Map<number, Interest>): boolean {
  return (
    wanted.size === told.size &&
    [...wanted.values()].every(({ chartId, since, dataRev }) => {
      const one = told.get(chartId);
      return one !== undefined && since >= one.since && dataRev >= one.dataRev;
    })
  );
}
