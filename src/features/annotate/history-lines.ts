import { ANNOTATION_FIELDS } from '@/contract/annotations';
import type { Entry } from '@/contract/history';
import { equal } from '@/editor/records';
import { annotationStyle } from '../session/label-style';
import type { Session } from '../session/session';
import { fieldLines, spanLines } from './conflict-lines';
import type { ConflictLine } from './kinds/kind';

/** A field that a revision changed; null where the row was not there. */
export type Change = { field: string; before: string | null; after: string | null };

type About = Pick<Session, 'labels' | 'annotationTypes' | 'chart'>;

/** What a revision did to a row, field by field; of one that it made or deleted, all that was said. */
export function changesOf(entry: Entry, about: About): Change[] {
  const [before, after] = linesOf(entry, about);
  const [was, is] = [entry.before, entry.after] as (Record<string, unknown> | null)[];
  return (before ?? after ?? []).flatMap(([field, , keys], at) => {
    const changed = keys.some((key) => !equal(was?.[key] ?? null, is?.[key] ?? null));
    if (!changed) return [];
    return [{ field, before: before?.[at]?.[1] ?? null, after: after?.[at]?.[1] ?? null }];
  });
}

function linesOf(
  entry: Entry,
  { labels, annotationTypes, chart }: About,
): [ConflictLine[] | null, ConflictLine[] | null] {
  switch (entry.entity) {
    case 'span': {
      const lines = (row: typeof entry.before) => row && spanLines(row, { labels, chart });
      return [lines(entry.before), lines(entry.after)];
    }
    case 'annotation': {
      const lines = (row: typeof entry.before) => {
        const labelType = row && annotationStyle(annotationTypes, row).text;
        return row && fieldLines(ANNOTATION_FIELDS, row, chart, { labelType: labelType ?? '' });
      };
      return [lines(entry.before), lines(entry.after)];
    }
    case 'examined_range':
      return [null, null];
  }
}
