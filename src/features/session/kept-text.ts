import { ANNOTATION_FIELDS } from '@/contract/annotations';
import type { FieldList } from '@/contract/fields';
import { SPAN_FIELDS } from '@/contract/spans';
import { isEmpty } from '@/editor/diff';
import type { TakenBack } from '@/editor/editor';
import type { Kept } from '@/editor/take-back';

/** What an undo or a redo left because somebody else has changed it since, as a sentence; null where it left nothing. */
export function keptText({ diff, kept }: TakenBack, doing: 'undo' | 'redo'): string | null {
  const [first, ...others] = kept;
  if (!first) return null;
  const done = doing === 'undo' ? 'taken back' : 'done again';
  const rest = isEmpty(diff) ? '' : ` The rest is ${done}.`;
  return `${others.length > 0 ? textOfAll(kept, first) : textOfOne(first)}${rest}`;
}

function textOfOne({ record, keys }: Kept): string {
  if (keys === null) return `Somebody has changed this ${record.kind} since; it stays.`;
  const names = namesOf(record.kind, keys);
  const stays =
    names.length > 1 || names[0]?.endsWith('s') ? 'they stay as they are' : 'it stays as it is';
  return `Somebody has changed this ${record.kind}’s ${listOf(names)} since; ${stays}.`;
}

function textOfAll(kept: readonly Kept[], { record: { kind } }: Kept): string {
  const isOneKind = kept.every(({ record }) => record.kind === kind);
  const what = `${kept.length} ${isOneKind ? kind : 'annotation'}s`;
  const isWhole = kept.every(({ keys }) => keys === null);
  return `Somebody has changed ${what} since; they stay${isWhole ? '' : ' as they are'}.`;
}

/** What people call fields that stand for one thing. */
const TOGETHER: Record<string, string> = {
  time: 'place',
  geometry: 'place',
  status: 'answer',
  spanUid: 'answer',
  inBulk: 'answer',
};

function namesOf(kind: Kept['record']['kind'], keys: readonly string[]): string[] {
  const fields: FieldList = kind === 'span' ? SPAN_FIELDS : ANNOTATION_FIELDS;
  return [...new Set(keys.map((key) => TOGETHER[key] ?? fields[key]?.title.toLowerCase() ?? key))];
}

const listOf = (names: readonly string[]) =>
  names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names[0];
