import { assertNever } from '@/contract/assert-never';
import type { Field, FieldList, KeyOf, Values } from '@/contract/fields';
import { timesOf, type Zoned } from '../session/time-zone';
import type { ConflictLine } from './kinds/kind';

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
