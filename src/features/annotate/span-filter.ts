import type { UtcSeconds } from '@/contract/units';
import type { SpanRecord } from '@/editor/kinds/span';
import { isStale } from '../session/stale';
import type { TypedTime } from '../session/typed-time';

/** What a span has to be to be listed; empty stands for any. */
export type SpanFilter = {
  words: string;
  label: string;
  source: string;
  /** `none`: without one. */
  confidence: string;
  outcome: string;
  /** `stale`: those whose candles changed since anybody looked. */
  candles: '' | 'stale';
  /** Id of the user who made it. */
  author: string;
  /** As `Go to` takes times, all of the day, month or year that is named included. */
  from: string;
  to: string;
};
export const NO_FILTER: SpanFilter = {
  words: '',
  label: '',
  source: '',
  confidence: '',
  outcome: '',
  candles: '',
  author: '',
  from: '',
  to: '',
};

/** How many of the filters behind the button are set. */
export const countOf = ({ words, label, ...others }: SpanFilter): number =>
  Object.values(others).filter((value) => value !== '').length;

export type Bounds = { from: TypedTime | null; to: TypedTime | null };
/** What `From` and `To` say; null for nothing. */
export const boundsOf = (
  { from, to }: Pick<SpanFilter, 'from' | 'to'>,
  read: (text: string) => TypedTime,
): Bounds => ({
  from: from.trim() === '' ? null : read(from),
  to: to.trim() === '' ? null : read(to),
});

/** Tells whether a span passes; `textOf` is what the words are looked for in, and `byAuthor` the uids of the author's. What cannot be read keeps nothing out. */
export function passing(
  filter: SpanFilter,
  {
    textOf,
    byAuthor,
    bounds,
  }: {
    textOf: (span: SpanRecord) => string;
    byAuthor: ReadonlySet<string> | null;
    bounds: Bounds;
  },
): (span: SpanRecord) => boolean {
  const { label, source, confidence, outcome } = filter;
  const { from, to } = bounds;
  const words = filter.words.toLowerCase();
  return (span) =>
    (label === '' || span.label === label) &&
    (source === '' || span.source === source) &&
    (confidence === '' || String(span.confidence ?? 'none') === confidence) &&
    (outcome === '' || (span.outcome ?? 'none') === outcome) &&
    (filter.candles === '' || isStale(span)) &&
    (byAuthor === null || byAuthor.has(span.uid)) &&
    (from === null || 'problem' in from || span.endTime >= from.time) &&
    (to === null || 'problem' in to || span.startTime < to.after) &&
    (words === '' || textOf(span).toLowerCase().includes(words));
}

type Range = { startTime: UtcSeconds; endTime: UtcSeconds };

/**
 * The last bar that people know of before the next stretch without any label or examined range, from a time
 * on; null where the rest is known. A time that is not known of is in such a stretch already, and the next one counts.
 */
export function knownUntil(ranges: readonly Range[], from: UtcSeconds): UtcSeconds | null {
  const after = ranges
    .filter(({ endTime }) => endTime >= from)
    .sort((a, b) => a.startTime - b.startTime);
  let until: UtcSeconds | null = null;
  for (const { startTime, endTime } of after) {
    if (until !== null && startTime > until) break;
    until = Math.max(until ?? endTime, endTime);
  }
  return until;
}
