import type { Px, UtcSeconds } from '@/contract/units';
import type { DrawContext } from './draw-context';
import { isFolded } from './folded-pills';
import { labelFont } from './label-text';
import { laneTop, MIN_TEXT_PX, PILL_PX, pillExtent } from './overlay-layout';
import type { Pen } from './pen';
import type { RangeIndex } from './range-index';
import type { ChartTheme } from './theme';

const PILL_RADIUS_PX = 4;
/** On a smaller pill round corners are not seen, and cost much where there are thousands. */
const MIN_ROUND_PX = 12;
const TEXT_INSET_PX = 6;
const TEXT_END_PX = 3;
/** A label that the score would cut shorter than this is shown without it. */
const MIN_LETTERS_BESIDE_SCORE = 7;

/** A triangle in the warning colour, or a ring. */
export type PillBadge = 'caution' | 'note';
const MARK_PX = 8;
/** A pill that has no room for the badge's shape has a line of its colour along the bottom. */
const MIN_BADGED_PX = MARK_PX + 2 * TEXT_END_PX;
const BADGE_LINE_PX = 2;

type Pilled = {
  startTime: UtcSeconds;
  endTime: UtcSeconds;
  text: string;
  /** As it is shown. */
  score?: string;
  badge?: PillBadge | null;
  selected: boolean;
};
type PillStyle = { fill: string; line: string; widthPx: Px; dashed: boolean };

/** Draws the pill of one range after the other. */
export function pillDrawer({ pen, frame, colors, text }: DrawContext) {
  const font = labelFont(pen.ratio);
  const scoreFont = labelFont(pen.ratio, 500);
  return <Item extends Pilled>(ranges: RangeIndex<Item>, at: number, style: PillStyle) => {
    const item = ranges.items.at(at)!;
    const lane = ranges.laneOf(at);
    if (isFolded(lane, item)) return;
    const top = laneTop(lane);
    const { left, right } = pillExtent(frame, ranges.leftOf(at), ranges.rightOf(at));
    if (right - left < MIN_ROUND_PX && !style.dashed) {
      pen.box(left, top, right, top + PILL_PX, style.line);
      pen.box(left + 1, top + 1, right - 1, top + PILL_PX - 1, style.fill);
      return;
    }
    pen.pill(left, top, right, top + PILL_PX, { ...style, radiusPx: PILL_RADIUS_PX });
    const { badge } = item;
    if (badge && right - left < MIN_BADGED_PX) {
      const bottom = top + PILL_PX;
      pen.box(left, bottom - BADGE_LINE_PX, right, bottom, badgeColor(badge, colors.theme));
    }
    if (right - left < (badge ? MIN_BADGED_PX : MIN_TEXT_PX)) return;
    // The text of a pill that begins out of sight stays in sight.
    let from = Math.max(left, 0) + (right - left < MIN_TEXT_PX ? TEXT_END_PX : TEXT_INSET_PX);
    if (badge) {
      drawBadge(pen, badge, from, top + PILL_PX / 2, colors.theme);
      from += MARK_PX + TEXT_END_PX;
    }
    const room = right - TEXT_END_PX - from;
    const middle = top + PILL_PX / 2;
    const { score } = item;
    if (score) {
      const beside = text.cut(item.text, room - text.width(score) - 2 * TEXT_INSET_PX);
      if (beside === item.text || beside.length > MIN_LETTERS_BESIDE_SCORE) {
        const scoreFrom = from + text.width(beside) + TEXT_INSET_PX;
        pen.text(beside, from, middle, colors.theme.text, font);
        pen.text(score, scoreFrom, middle, colors.theme.muted, scoreFont);
        return;
      }
    }
    const shown = text.cut(item.text, room);
    if (shown) pen.text(shown, from, middle, colors.theme.text, font);
  };
}

const badgeColor = (badge: PillBadge, theme: ChartTheme) =>
  badge === 'caution' ? theme.warning : theme.muted;

function drawBadge(pen: Pen, badge: PillBadge, left: Px, middle: Px, theme: ChartTheme) {
  const half = MARK_PX / 2;
  const color = badgeColor(badge, theme);
  if (badge === 'note') return pen.ring(left + half, middle, half - 1, 1.5, color);
  const corners = [
    [left, middle + half - 1],
    [left + half, middle - half],
    [left + MARK_PX, middle + half - 1],
  ] as const;
  pen.polygon(corners, color);
}
