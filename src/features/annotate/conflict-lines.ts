import { formatTime } from '@/components/format';
import { assertNever } from '@/contract/assert-never';
import type { Field, FieldList, KeyOf, Values } from '@/contract/fields';
import type { ConflictLine } from './kinds/kind';

/** A line for each of a record's fields; `texts` say what people know a value by. */
export function fieldLines<List extends FieldList>(
  list: List,
  record: Values<List>,
  timeframe: number | null,
  texts: { [Key in KeyOf<List>]?: string },
): ConflictLine[] {
  return Object.entries(list).map(([key, field]) => [
    field.title,
    texts[key as KeyOf<List>] ?? textOf(field, record[key], timeframe),
    [key],
  ]);
}

function textOf({ kind }: Field, value: unknown, timeframe: number | null): string {
  if (value === null || value === '') return '–';
  switch (kind) {
    case 'time':
      return formatTime(value as number, timeframe);
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
