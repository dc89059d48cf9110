import type { Bars } from '@/contract/overlaps';
import type { SpanFields } from '@/contract/spans';
import type { UtcSeconds } from '@/contract/units';

/** The parts of a span that is cut to some candles, each cut to them as well; what lies outside goes. */
export function partsWithin(parts: SpanFields['subSpans'], bars: Bars): SpanFields['subSpans'] {
  if (!parts) return parts;
  const left = parts.flatMap((part) => {
    const { startTime, endTime } = part;
    // A part of old data says in other words where it is.
    if (typeof startTime !== 'number' || typeof endTime !== 'number') return [part];
    if (startTime > bars.endTime || endTime < bars.startTime) return [];
    return [
      {
        ...part,
        startTime: Math.max(startTime, bars.startTime),
        endTime: Math.min(endTime, bars.endTime),
      },
    ];
  });
  return left.length > 0 ? left : null;
}

export type Pair = {
  group: string;
  label: string;
  startTime: UtcSeconds;
  endTime: UtcSeconds;
  other: number;
  otherLabel: string;
  otherStart: UtcSeconds;
  otherEnd: UtcSeconds;
};

/** Why two spans may not both be there. */
export function overlapRefusal(pair: Pair): string {
  const { group, label, startTime, endTime, other, otherLabel, otherStart, otherEnd } = pair;
  return (
    `“${label}” from ${dayOf(startTime)} to ${dayOf(endTime)} shares candles with #${other}, ` +
    `“${otherLabel}” from ${dayOf(otherStart)} to ${dayOf(otherEnd)}: spans of the group “${group}” ` +
    'may not overlap.'
  );
}

/** In UTC, without a time of day that is midnight. */
const dayOf = (seconds: UtcSeconds) =>
  new Date(seconds * 1_000)
    .toISOString()
    .replace('T', ' ')
    .replace(/(:00)?\.\d+Z$/, '')
    .replace(/ 00:00$/, '');
