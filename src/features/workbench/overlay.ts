import { type OverlayDraft, type OverlayItems, perKind } from '@/chart/overlay';
import { candleAnchor } from '@/editor/anchor';
import { definitionOf, type EditorRecord, type Kind } from '@/editor/kinds/kinds';
import type { Records } from '@/editor/records';
import type { Phase } from '@/editor/tools';
import { VersionedMap } from '@/editor/versioned-map';
import type { OverlayContext } from '../annotate/kinds/kind';
import { overlayItem } from '../annotate/kinds/kinds';

/** What a drag that is under way moves, and how it leaves each of these. */
export type Dragged = { uids: readonly string[]; change: (record: EditorRecord) => EditorRecord };
type Shown = {
  records: Records;
  context: OverlayContext;
  dragged: Dragged;
  items: Record<Kind, VersionedMap<NonNullable<unknown>>>;
};

/** Gives records as the chart draws them: those anew that are others than the last time, or look otherwise. */
export function createOverlayItems() {
  let last: Shown | null = null;
  return (records: Records, context: OverlayContext, dragged: Dragged): OverlayItems => {
    const touched = last && touchedSince(last, records, context, dragged);
    const items =
      last && touched ? { ...last.items } : perKind(() => new VersionedMap<NonNullable<unknown>>());
    const copied = new Set<Kind>();
    const put = (uid: string) => {
      const record = records.get(uid);
      const kind = (record ?? last?.records.get(uid))?.kind;
      if (!kind) return;
      const item = record && overlayItem(dragged.change(record), context);
      if (!item && !items[kind].has(uid)) return;
      if (!copied.has(kind)) items[kind] = items[kind].copy();
      copied.add(kind);
      if (item) items[kind].set(uid, item);
      else items[kind].delete(uid);
    };
    for (const uid of touched ?? records.keys()) put(uid);
    last = { records, context, dragged, items };
    return items as OverlayItems;
  };
}

/** uids of all that may look otherwise; null where that is all. */
function touchedSince(
  last: Shown,
  records: Records,
  context: OverlayContext,
  dragged: Dragged,
): Set<string> | null {
  const changes =
    records instanceof VersionedMap && last.records instanceof VersionedMap
      ? (records as VersionedMap<EditorRecord>).changesSince(last.records)
      : null;
  if (!changes || !looksAlike(last.context, context)) return null;
  const touched = new Set(changes.map(({ key }) => key));
  for (const uid of [...last.dragged.uids, ...dragged.uids]) touched.add(uid);
  if (last.context !== context) {
    for (const { selection, selected } of [last.context, context]) {
      for (const uid of selection) touched.add(uid);
      if (selected !== null) touched.add(selected);
    }
  }
  return touched;
}

/** But for what is selected. */
function looksAlike(a: OverlayContext, b: OverlayContext): boolean {
  return (
    a.labels === b.labels &&
    a.annotationTypes === b.annotationTypes &&
    a.pricePrecision === b.pricePrecision &&
    a.minScore === b.minScore &&
    a.doubts === b.doubts
  );
}

/** What is being drawn, as it would be. */
export function draftOf(phase: Phase, label: string | null): EditorRecord | null {
  if (phase.name !== 'drawing' || label === null) return null;
  const { kind, from, to } = phase;
  const anchors = [from, to].map(({ time, price }) => candleAnchor(time, price));
  return definitionOf(kind).draw?.create('draft', label, anchors) ?? null;
}

export function overlayDraft(
  record: EditorRecord | null,
  context: OverlayContext,
): OverlayDraft | null {
  const item =
    record && overlayItem(record, { ...context, selected: 'draft', selection: new Set(['draft']) });
  return item ? ({ kind: record.kind, item } as OverlayDraft) : null;
}
