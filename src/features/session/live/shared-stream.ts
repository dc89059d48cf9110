import { assertNever } from '@/contract/assert-never';
import type { ChartEvent } from '@/contract/live';
import { lead, type OpenStream } from './leader';
import { advance, type Interest, type Message } from './messages';

const NAME = 'candle-annotator-live';

export type Handlers = {
  onEvent(event: ChartEvent): void;
  /** The chart is there no more. */
  onGone(): void;
  /** The stream has ended and may be asked for again. */
  onError(): void;
};

/**
 * Follows a chart over the one stream that all windows of this browser share: a browser opens six
 * connections to a server, and each stream would hold one of them. One window holds the stream, by a
 * lock that passes to another when it closes, and tells the others what comes.
 */
export function followShared(open: OpenStream, from: Interest, handlers: Handlers): () => void {
  // Outside of https and this machine there are no locks; then each window has its own stream.
  if (!('locks' in navigator)) return followAlone(open, from, handlers);
  const windowId = crypto.randomUUID();
  const interest = { ...from };
  const channel = new BroadcastChannel(NAME);
  const stopping = new AbortController();
  let leader: ReturnType<typeof lead> | undefined;

  const say = (message: Message) => {
    channel.postMessage(message);
    hear(message);
  };
  const sayInterest = (wanted: Interest | null) =>
    say({ type: 'interest', window: windowId, interest: wanted });

  function hear(message: Message) {
    if (stopping.signal.aborted) return;
    switch (message.type) {
      case 'interest':
        leader?.hear(message);
        return;
      case 'call':
        sayInterest(interest);
        return;
      case 'event':
        if (message.chartId !== interest.chartId) return;
        if (message.event === null) handlers.onGone();
        else if (advance(interest, message.event)) handlers.onEvent(message.event);
        return;
      case 'ended':
        handlers.onError();
        return;
      default:
        assertNever(message);
    }
  }

  channel.onmessage = ({ data }: MessageEvent<Message>) => hear(data);
  const holdStream = async () => {
    if (stopping.signal.aborted) return;
    leader = lead(open, say);
    say({ type: 'call' });
    await new Promise((resolve) => stopping.signal.addEventListener('abort', resolve));
    leader.stop();
  };
  navigator.locks.request(NAME, { signal: stopping.signal }, holdStream).catch(() => {
    // It let go before it was its turn.
  });
  sayInterest(interest);

  const stop = () => {
    if (stopping.signal.aborted) return;
    removeEventListener('pagehide', stop);
    channel.postMessage({ type: 'interest', window: windowId, interest: null } satisfies Message);
    stopping.abort();
    channel.close();
  };
  addEventListener('pagehide', stop);
  return stop;
}

function followAlone(open: OpenStream, from: Interest, handlers: Handlers): () => void {
  const { unsubscribe } = open([from], {
    onEvent: (_, event) => (event ? handlers.onEvent(event) : handlers.onGone()),
    onError: handlers.onError,
  });
  return unsubscribe;
}
