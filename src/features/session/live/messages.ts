import type { ChartEvent } from '@/contract/live';

/** The chart that a window has open, and up to where it knows it. */
export type Interest = { chartId: number; since: number; dataRev: number };

/** What the windows of a browser tell each other. */
export type Message =
  /** A window says what it wants to hear of; null when it wants nothing any more. */
  | { type: 'interest'; window: string; interest: Interest | null }
  /** The window that holds the stream asks all others for their interest. */
  | { type: 'call' }
  /** Null when the chart is there no more. */
  | { type: 'event'; chartId: number; event: ChartEvent | null }
  /** The stream has ended; whoever still wants it asks again. */
  | { type: 'ended' };

/** Takes note of an event; false when it says nothing new to this window. */
export function advance(interest: Interest, event: ChartEvent): boolean {
  const isNew =
    event.type === 'changes'
      ? event.rev > interest.since
      : event.type === 'candles'
        ? event.dataRev !== interest.dataRev
        : event.rev !== interest.since;
  if (!isNew) return false;
  interest.since = event.type === 'candles' ? Math.max(interest.since, event.rev) : event.rev;
  if (event.type === 'candles') interest.dataRev = event.dataRev;
  return true;
}
