import { setTimeout as sleep } from 'node:timers/promises';
import { createBackoff, within } from '../retry';
import { openClient } from './connection';

/**
 * Calls `wake` when `topic` was notified, with what stood after it, and with an empty message whenever
 * a notification may have been missed.
 */
export type Listener = {
  subscribe(topic: string, wake: (message: string) => void): () => void;
  close(): Promise<void>;
};

const HEARTBEAT_MS = 5_000;
const HEARTBEAT_TIMEOUT_MS = 5_000;
/** A payload that no topic has. */
const HEARTBEAT = '';

/**
 * Listens on `channel` over one connection for as long as somebody is subscribed. It notifies itself
 * to find out that the connection is dead, for which TCP alone takes many minutes, and then makes
 * a new one. `url` must not lead through a pooler.
 */
export function createListener(url: string, channel: string): Listener {
  const topics = new Map<string, Set<(message: string) => void>>();
  let session: { stop: () => void; ended: Promise<void> } | null = null;
  let closed = false;

  /** A payload is a topic, or a topic, a space and a message. */
  function onNotify(payload: string) {
    const [topic = '', message = ''] = payload.split(/ (.*)/s);
    for (const wake of topics.get(topic) ?? []) wake(message);
  }

  function start() {
    const stopped = new AbortController();
    const ended = keepListening(url, channel, stopped.signal, {
      onNotify,
      onConnect() {
        for (const topic of topics.keys()) onNotify(topic);
      },
    });
    return { stop: () => stopped.abort(), ended };
  }

  return {
    subscribe(topic, wake) {
      if (closed) throw new Error('the listener is closed');
      const wakes = topics.get(topic) ?? new Set();
      topics.set(topic, wakes.add(wake));
      session ??= start();
      return () => {
        wakes.delete(wake);
        if (wakes.size === 0) topics.delete(topic);
        if (topics.size > 0) return;
        session?.stop();
        session = null;
      };
    },
    async close() {
      closed = true;
      session?.stop();
      await session?.ended;
    },
  };
}

type Handlers = { onNotify: (payload: string) => void; onConnect: () => void };

async function keepListening(
  url: string,
  channel: string,
  signal: AbortSignal,
  handlers: Handlers,
) {
  const backoff = createBackoff({ firstMs: 100, longestMs: 2_000 });
  let isTold = false;
  while (!signal.aborted) {
    const onConnect = () => {
      backoff.reset();
      isTold = false;
      handlers.onConnect();
    };
    try {
      await listenOnce(url, channel, signal, { ...handlers, onConnect });
    } catch (error) {
      // Who follows a chart asks for changes by the clock meanwhile.
      if (!isTold) console.warn(`LISTEN ${channel}: ${String(error)}; connecting again`);
      isTold = true;
    }
    await pause(backoff.next(), signal);
  }
}

/** Ends when `signal` says so; throws when the connection is lost or its heartbeat does not return. */
async function listenOnce(url: string, channel: string, signal: AbortSignal, handlers: Handlers) {
  const client = await openClient(url, { applicationName: 'candle-annotator-live' });
  let onHeartbeat = () => {};
  client.on('notification', ({ payload }) => {
    if (payload === HEARTBEAT) onHeartbeat();
    else handlers.onNotify(payload ?? '');
  });
  const lost = new Promise<never>((_, reject) => {
    client.on('error', reject);
    client.on('end', () => reject(new Error('the connection ended')));
  });
  lost.catch(() => {});
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    await Promise.race([client.query(`listen "${channel}"`), lost]);
    handlers.onConnect();
    while (!signal.aborted) {
      const returned = new Promise<void>((resolve) => {
        onHeartbeat = resolve;
      });
      const sent = client.query('select pg_notify($1, $2)', [channel, HEARTBEAT]);
      sent.catch(() => {});
      const heartbeat = Promise.race([returned, lost, aborted]);
      await within(HEARTBEAT_TIMEOUT_MS, heartbeat, 'its heartbeat did not return');
      await Promise.race([pause(HEARTBEAT_MS, signal), lost]);
    }
  } finally {
    // Not client.end(), which waits for an answer that a dead connection never gives.
    client.connection.stream.destroy();
  }
}

/** Ends early, and well, when `signal` aborts. */
const pause = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => {});
