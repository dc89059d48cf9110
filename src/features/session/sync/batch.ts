import type { AnnotationDiff, AnnotationFields } from '@/contract/annotations';
import { assertNever } from '@/contract/assert-never';
import type { SpanDiff } from '@/contract/spans';
import { definitionOf, type EditorRecord } from '@/editor/kinds/kinds';
import type { SpanRecord } from '@/editor/kinds/span';
import { sameFields } from '@/editor/records';
import { annotationFieldsOf, spanFieldsOf } from '../wire';
import type { Base, Batch, Review } from './types';

/** A record as it is to be, what it was made from, and what was sent of it without an answer. */
export type Change = {
  uid: string;
  mine: EditorRecord | null;
  base: Base | null;
  /** The rev that deleted what is to be made again; 0 where nothing was. */
  deleted: number;
  attempts: readonly (EditorRecord | null)[];
};
type AnnotationRecord = Extract<EditorRecord, AnnotationFields>;

const MAX_RECORDS = 1_000;

/** Whether the server may hold something else than this version. */
export function isDue(change: Change): boolean {
  const { mine, base, attempts } = change;
  const entity = entityOf(change);
  if (entity === null || entity === 'none') return false;
  if (mine === null && entity === 'prediction') return false;
  // What was sent may have been stored, so that going back to the base is a change as well.
  if (attempts.length > 0) return true;
  return mine && base ? !sameFields(mine, base.record) : Boolean(mine ?? base);
}

/** As much of what is due as one request saves, with the uids in it; null when there is nothing. */
export function takeBatch(due: readonly Change[]): { batch: Batch; uids: string[] } | null {
  const spans: SpanDiff = { created: [], updated: [], deleted: [] };
  const annotations: AnnotationDiff = { created: [], updated: [], deleted: [] };
  const reviews: Review[] = [];
  const isOfSpans = due[0] && entityOf(due[0]) !== 'annotation';
  const uids: string[] = [];
  // A review names its span, so that reviews come last where not all fit.
  for (const change of [...due].sort((a, b) => orderOf(a) - orderOf(b))) {
    const entity = entityOf(change);
    if (uids.length >= MAX_RECORDS) break;
    if ((entity === 'annotation') === isOfSpans) continue;
    uids.push(change.uid);
    switch (entity) {
      case 'span':
        collect(spans, change as Typed<SpanRecord>, spanFieldsOf);
        break;
      case 'annotation':
        collect(annotations, change as Typed<AnnotationRecord>, annotationFieldsOf);
        break;
      case 'prediction':
        if (change.mine?.kind === 'prediction') {
          const { id, status, spanUid, inBulk } = change.mine;
          reviews.push({ id, status, spanUid, inBulk });
        }
        break;
      case 'none':
      case null:
        throw new Error(`${change.uid} cannot be saved and is not due`);
      default:
        assertNever(entity);
    }
  }
  if (uids.length === 0) return null;
  const batch: Batch = isOfSpans
    ? { entity: 'span', diff: spans, reviews }
    : { entity: 'annotation', diff: annotations };
  return { batch, uids };
}

const orderOf = (change: Change) => (entityOf(change) === 'prediction' ? 1 : 0);

/** How the server keeps the record; null when there never was one. */
function entityOf({ mine, base, attempts }: Change) {
  const record = mine ?? base?.record ?? attempts.find((attempt) => attempt !== null);
  return record ? definitionOf(record.kind).storage.entity : null;
}

type Typed<R extends EditorRecord> = Omit<Change, 'mine'> & { mine: R | null };

function collect<R extends EditorRecord, F>(
  diff: {
    created: (F & { uid: string; rev?: number | undefined })[];
    updated: (F & { uid: string; rev: number })[];
    deleted: { uid: string; rev: number }[];
  },
  { uid, mine, base, deleted, attempts }: Typed<R>,
  fields: (record: R) => F,
) {
  if (mine && base) diff.updated.push({ ...fields(mine), uid, rev: base.rev });
  else if (mine) {
    const isResent = attempts.length > 0;
    diff.created.push({ ...fields(mine), uid, ...(isResent && { rev: deleted }) });
  }
  // Without a base it was sent, and may be stored: a rev that no row has makes the server say so.
  else diff.deleted.push({ uid, rev: base?.rev ?? 0 });
}
