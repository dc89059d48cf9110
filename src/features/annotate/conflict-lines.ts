import { formatScore } from '@/components/format';
import { assertNever } from '@/contract/assert-never';
import type { Field, FieldList, KeyOf, Values } from '@/contract/fields';
import { SPAN_FIELDS, type SpanFields } from '@/contract/spans';
import { partsOf } from '@/editor/kinds/parts';
import { labelStyle } from '../session/label-style';
import type { Session } from '../session/session';
import { timesOf, type Zoned } from '../session/time-zone';
import type { ConflictLine } from './kinds/kind';
import { sourceText } from './source-text';

/** A line for each of a record's fields; `texts` say what people know a value by. */
export function fieldLines<List extends FieldList>(
  list: List,
  record: Values<List>,
  chart: Zoned,
  texts: { [Key in KeyOf<List>]?: string },
): ConflictLine[] {
  return Object.entries(list).map(([key, field]) => [
    field.title,
    texts[key as KeyOf<List>] ?? textOf(field, record[key], chart),
    [key],
  ]);
}

/** The lines of a span: its label by name, and its parts by theirs and their ranges. */
export const spanLines = (
  span: SpanFields,
  { labels, chart }: Pick<Session, 'labels' | 'chart'>,
): ConflictLine[] =>
  fieldLines(SPAN_FIELDS, span, chart, {
    label: labelStyle(labels, span.label).text,
    source: sourceText(span.source),
    ...predictionText(span, labels),
    ...(span.subSpans?.length ? { subSpans: partsText(span, chart) } : {}),
  });

/** What was proposed, where it is written as reviews write it. */
function predictionText({ modelPrediction }: SpanFields, labels: Session['labels']) {
  const { label, confidence } = modelPrediction ?? {};
  if (typeof label !== 'string' || typeof confidence !== 'number') return {};
  return { modelPrediction: `${labelStyle(labels, label).text} ${formatScore(confidence)}` };
}

function partsText(span: SpanFields, chart: Zoned): string {
  const times = timesOf(chart);
  const parts = partsOf(span);
  const named = parts.map(
    ({ name, startTime, endTime }) => `${name || 'unnamed'} ${times.range(startTime, endTime)}`,
  );
  const others = (span.subSpans?.length ?? 0) - parts.length;
  return [...named, ...(others > 0 ? [`${others} of another form`] : [])].join('; ');
}

function textOf({ kind }: Field, value: unknown, chart: Zoned): string {
  if (value === null || value === '') return '–';
  switch (kind) {
    case 'time':
      return timesOf(chart).time(value as number);
    case 'text':
    case 'long-text':
    case 'number':
      return String(value);
    case 'list':
      return String((value as unknown[]).length);
    case 'object':
    case 'geometry':
      return JSON.stringify(value);
    default:
      return assertNever(kind);
  }
}
