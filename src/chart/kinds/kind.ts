import type { Px } from '@/contract/units';
import type { Kind, Target } from '@/editor/kinds/kinds';
import type { VersionedMap } from '@/editor/versioned-map';
import type { Scene } from '../chart-geometry';
import type { DrawContext } from '../draw-context';
import type { TimeScale } from '../time-scale';

/** Items sorted for searching. */
export type ItemIndex<Item> = {
  readonly items: Iterable<Item>;
  /** Call before asking where items are; cheap when nothing changed. */
  setScale(timeScale: TimeScale): void;
};

/** What is hit first: a higher rank only counts where nothing of a lower one is hit. */
export const HIT_RANKS = ['handle', 'point', 'outline', 'pill', 'body'] as const;
/** Of several of one rank the smallest is hit. */
export type HitCandidate = { target: Target; size: number };
type Point = [scene: Scene, xPx: Px, yPx: Px];
// Methods, so that a kind's tests may take its own index.
type HitTests<Index> = {
  handle?(index: Index, ...point: Point): HitCandidate | null;
  point?(index: Index, ...point: Point): HitCandidate | null;
  outline?(index: Index, ...point: Point): HitCandidate | null;
  pill?(index: Index, ...point: Point): HitCandidate | null;
  body?(index: Index, ...point: Point): HitCandidate | null;
};

/** How a kind of annotation is searched, hit and drawn. `Layer` keeps what is drawn once. */
export type ChartKind<
  Item extends NonNullable<unknown> = { uid: string; color: string; selected: boolean },
  Index extends ItemIndex<Item> = ItemIndex<Item>,
  Layer = unknown,
> = {
  /** Its lanes keep clear of those of this kind, which comes before it. */
  lanesAfter?: Kind;
  /** `last` is what was indexed before. */
  index(
    items: VersionedMap<Item>,
    last: { items: VersionedMap<Item>; index: Index } | null,
    settled: ItemIndex<unknown> | null,
  ): Index;
  /** `last` is one that is not drawn any more. */
  layer(index: Index, last?: Layer): Layer;
  drawUnder?(context: DrawContext, layer: Layer): void;
  drawOver(context: DrawContext, layer: Layer): void;
  /** What is being drawn, as it will look; `others` are what is there, null while they are hidden. */
  drawDraftUnder?(context: DrawContext, item: Item, others: OtherIndices | null): void;
  drawDraft?(context: DrawContext, item: Item, others: OtherIndices | null): void;
  hitTests: HitTests<Index>;
  /** The CSS cursor over a part that can be dragged. */
  cursors: Record<string, string>;
};

export type OtherIndices = Record<Kind, ItemIndex<unknown>>;
