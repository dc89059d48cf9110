import type { UtcSeconds } from '@/contract/units';
import type { SpanRecord } from '@/editor/kinds/span';
import { isStale } from '../session/stale';

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
  /** Days as YYYY-MM-DD, both included. */
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

/** A day's first second in UTC, null for none, undefined where the text is no day. */
export function dayOf(text: string): UtcSeconds | null | undefined {
  if (text.trim() === '') return null;
  if (!/^\d{4}-\d\d-\d\d$/.test(text.trim())) return undefined;
  const time = Date.parse(`${text.trim()}T00:00:00Z`);
  return Number.isNaN(time) ? undefined : time / 1_000;
}

/** Whether a span passes; `text` is what the words are looked for in, and `byAuthor` the uids of the author's. */
export function passes(
  span: SpanRecord,
  filter: SpanFilter,
  { text, byAuthor }: { text: string; byAuthor: ReadonlySet<string> | null },
): boolean {
  const { words, label, source, confidence, outcome } = filter;
  const [from, to] = [dayOf(filter.from), dayOf(filter.to)];
  return (
    text.toLowerCase().includes(words.toLowerCase()) &&
    (label === '' || span.label === label) &&
    (source === '' || span.source === source) &&
    (confidence === '' || String(span.confidence ?? 'none') === confidence) &&
    (outcome === '' || (span.outcome ?? 'none') === outcome) &&
    (filter.candles === '' || isStale(span)) &&
    (byAuthor === null || byAuthor.has(span.uid)) &&
    (from == null || span.endTime >= from) &&
    (to == null || span.startTime < to + 86_400)
  );
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
