import { type OverlayDraft, type OverlayItems, perKind } from '@/chart/overlay';
import { candleAnchor } from '@/editor/anchor';
import { definitionOf, type EditorRecord, type Kind } from '@/editor/kinds/kinds';
import type { Records } from '@/editor/records';
import type { Phase } from '@/editor/tools';
import type { OverlayContext } from '../annotate/kinds/kind';
import { overlayItem } from '../annotate/kinds/kinds';

/** The records as the chart draws them; `change` gives the one that is being dragged as it would be. */
export function overlayItems(
  records: Records,
  context: OverlayContext,
  change: (record: EditorRecord) => EditorRecord,
): OverlayItems {
  const items: Record<Kind, unknown[]> = perKind(() => []);
  for (const each of records.values()) {
    const record = change(each);
    const item = overlayItem(record, context);
    if (item) items[record.kind].push(item);
  }
  return items as OverlayItems;
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
