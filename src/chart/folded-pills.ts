import type { BarIndex, Px } from '@/contract/units';
import { FOLDED_LANE } from '@/editor/lanes';
import { firstIndex } from '@/editor/sorted';
import type { DrawContext } from './draw-context';
import { labelFont } from './label-text';
import { type Frame, laneBottom, laneTop, PILL_PX, xOf } from './overlay-layout';
import type { RangeIndex, TimeRange } from './range-index';

const PILL_WIDTH_PX = 38;
const GAP_PX = 4;
const SIDE_PX = 2;

type Ranges = RangeIndex<TimeRange & { uid: string }>;
type Fold = { left: BarIndex; right: BarIndex; uids: string[] };
/** Where a "+n" stands, and what it stands for. */
export type FoldedPill = {
  leftPx: Px;
  rightPx: Px;
  topPx: Px;
  bottomPx: Px;
  uids: readonly string[];
};

/** Whether a pill is one of those that stand together as "+n"; a selected one is shown for itself. */
export const isFolded = (lane: number, { selected }: { selected: boolean }) =>
  lane === FOLDED_LANE && !selected;

/** What finds no lane of its own: near ones stand together as one "+n". */
export class FoldedPills {
  private folds: Fold[] = [];
  private pxPerBar = 0;
  private scale: unknown = null;
  private readonly members: readonly { ranges: Ranges; at: number }[];

  constructor(all: readonly Ranges[]) {
    this.members = all.flatMap((ranges) =>
      [...ranges.inLane(FOLDED_LANE)].map((at) => ({ ranges, at })),
    );
  }

  /** Those in view. Which stand together only depends on the zoom, so that panning sorts nothing. */
  inView(frame: Frame, scale: unknown): FoldedPill[] {
    if (this.members.length === 0) return [];
    if (this.scale !== scale || Math.abs(this.pxPerBar / frame.pxPerBar - 1) > 1e-9) {
      this.scale = scale;
      this.pxPerBar = frame.pxPerBar;
      this.folds = this.fold(frame.pxPerBar);
    }
    const { folds } = this;
    const shown: FoldedPill[] = [];
    for (
      let at = firstIndex(folds.length, (index) => xOf(frame, folds[index]!.right) >= 0);
      at < folds.length;
      at++
    ) {
      const { left, right, uids } = folds[at]!;
      const from = xOf(frame, left);
      if (from > frame.widthPx) break;
      const leftPx = Math.max(from, Math.min(SIDE_PX, xOf(frame, right) - PILL_WIDTH_PX));
      const [topPx, bottomPx] = [laneTop(FOLDED_LANE), laneBottom(FOLDED_LANE)];
      shown.push({ leftPx, rightPx: leftPx + PILL_WIDTH_PX, topPx, bottomPx, uids });
    }
    return shown;
  }

  private fold(pxPerBar: number): Fold[] {
    const extents = this.members
      .map(({ ranges, at }) => ({
        left: ranges.leftOf(at),
        right: ranges.rightOf(at),
        uid: ranges.items.at(at)!.uid,
      }))
      .sort((a, b) => a.left - b.left);
    const folds: Fold[] = [];
    for (const { left, right, uid } of extents) {
      const last = folds.at(-1);
      if (last && left <= last.right + GAP_PX / pxPerBar) {
        last.uids.push(uid);
        last.right = Math.max(last.right, right);
      } else {
        folds.push({ left, right: Math.max(right, left + PILL_WIDTH_PX / pxPerBar), uids: [uid] });
      }
    }
    return folds;
  }

  draw({ pen, frame, timeScale, colors }: DrawContext) {
    const { theme } = colors;
    for (const { leftPx, rightPx, topPx, bottomPx, uids } of this.inView(frame, timeScale)) {
      const style = {
        fill: theme.panel,
        line: theme.accent,
        widthPx: 1,
        dashed: false,
        radiusPx: PILL_PX / 2,
      };
      pen.pill(leftPx, topPx, rightPx, bottomPx, style);
      const text = uids.length > 999 ? '+999' : `+${uids.length}`;
      const font = labelFont(pen.ratio);
      const from = (leftPx + rightPx - pen.widthOf(text, font)) / 2;
      pen.text(text, from, topPx + PILL_PX / 2, theme.text, font);
    }
  }
}
