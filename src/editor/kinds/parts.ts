import type { SpanFields } from '@/contract/spans';
import type { UtcSeconds } from '@/contract/units';
import type { BarAnchor } from '../anchor';

/** The tool that draws a part of the selected span rather than a span. */
export const PART_TOOL = 'span:part';
export const PART_TYPE = 'part';

/** A named range inside a span. */
export type Part = { name: string; startTime: UtcSeconds; endTime: UtcSeconds };
type Parts = Pick<SpanFields, 'subSpans' | 'startTime' | 'endTime'>;

/** A span's parts with their places among all that it holds: old data has parts with keys of their own. */
export function partsOf({ subSpans }: Pick<SpanFields, 'subSpans'>): (Part & { index: number })[] {
  return (subSpans ?? []).flatMap(({ name, startTime, endTime }, index) =>
    typeof name === 'string' && typeof startTime === 'number' && typeof endTime === 'number'
      ? [{ name, startTime, endTime, index }]
      : [],
  );
}

export const partOf = (span: Pick<SpanFields, 'subSpans'>, index: number): Part | null =>
  partsOf(span).find((part) => part.index === index) ?? null;

/** With another part as its last, held within the span; null where nothing of it lies inside. */
export function withPart(span: Parts, part: Part): Pick<SpanFields, 'subSpans'> | null {
  const startTime = Math.max(part.startTime, span.startTime);
  const endTime = Math.min(part.endTime, span.endTime);
  if (startTime > endTime) return null;
  return { subSpans: [...(span.subSpans ?? []), { name: part.name, startTime, endTime }] };
}

/** With some of a part's fields changed, and what else it holds kept. */
export const withPartChanged = (
  { subSpans }: Pick<SpanFields, 'subSpans'>,
  index: number,
  fields: Partial<Part>,
): Pick<SpanFields, 'subSpans'> => ({
  subSpans: (subSpans ?? []).map((part, at) => (at === index ? { ...part, ...fields } : part)),
});

export function withoutPart(
  { subSpans }: Pick<SpanFields, 'subSpans'>,
  index: number,
): Pick<SpanFields, 'subSpans'> {
  const left = (subSpans ?? []).filter((_, at) => at !== index);
  return { subSpans: left.length > 0 ? left : null };
}

/** An edge of a part at another bar: within the span, and no further than the part's other edge. */
export function partEdgeAt(
  span: Parts,
  index: number,
  edge: 'start' | 'end',
  to: Pick<BarAnchor, 'time' | 'lastTime'>,
): Pick<SpanFields, 'subSpans'> | null {
  const part = partOf(span, index);
  if (!part) return null;
  const within = (time: UtcSeconds, from: UtcSeconds, until: UtcSeconds) =>
    Math.min(Math.max(time, from), until);
  return withPartChanged(
    span,
    index,
    edge === 'start'
      ? { startTime: within(to.time, span.startTime, part.endTime) }
      : { endTime: within(to.lastTime, part.startTime, span.endTime) },
  );
}
