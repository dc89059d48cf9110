import type { UtcSeconds } from '@/contract/units';
import type { Kind } from '@/editor/kinds/kinds';
import { VersionedMap } from '@/editor/versioned-map';
import type { OverlayMeasure } from './draw-measure';
import type { ChartKind, ItemIndex } from './kinds/kind';
import { CHART_KINDS, type OverlayItem } from './kinds/kinds';

export type OverlayItems = { [K in Kind]: VersionedMap<OverlayItem<K>> };
export type OverlayDraft = { [K in Kind]: { kind: K; item: OverlayItem<K> } }[Kind];

/** Everything drawn over the candles. Items are by uid; another map is a change, the same one is none. */
export type Overlay = {
  items: OverlayItems;
  draft: OverlayDraft | null;
  measure: OverlayMeasure | null;
  cursorTime: UtcSeconds | null;
  /** Leaves the draft, what is measured and the cursor. */
  hidden: boolean;
};

export type OverlayIndices = {
  [K in Kind]: ReturnType<(typeof CHART_KINDS)[K]['index']>;
};

const ENTRIES = Object.entries(CHART_KINDS) as [Kind, ChartKind][];
export const eachKind = () => ENTRIES;

export const NO_OVERLAY: Overlay = {
  items: perKind(() => new VersionedMap()) as OverlayItems,
  draft: null,
  measure: null,
  cursorTime: null,
  hidden: false,
};

/** A value for each kind. */
export function perKind<Value>(make: (kind: Kind) => Value): Record<Kind, Value> {
  return Object.fromEntries(ENTRIES.map(([kind]) => [kind, make(kind)])) as Record<Kind, Value>;
}

type Items = Parameters<ChartKind['index']>[0];
type Before = Parameters<ChartKind['index']>[1];

/** Keeps what did not change from the last one, so that a moving draft sorts nothing. */
export function indexOverlay(
  { items }: Overlay,
  last: { overlay: Overlay; indices: OverlayIndices } | null,
): OverlayIndices {
  const next: Partial<Record<Kind, ItemIndex<unknown>>> = {};
  for (const [kind, { index, lanesAfter }] of ENTRIES) {
    const settled = lanesAfter ? (next[lanesAfter] ?? null) : null;
    const isKept =
      last?.overlay.items[kind] === items[kind] &&
      (!lanesAfter || last.indices[lanesAfter] === settled);
    const before = last && { items: last.overlay.items[kind], index: last.indices[kind] };
    next[kind] = isKept
      ? last.indices[kind]
      : index(items[kind] as Items, before as Before, settled);
  }
  return next as OverlayIndices;
}
