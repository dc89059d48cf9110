import type { Price } from '@/contract/units';
import type { DrawContext } from '../../draw-context';
import { labelFont } from '../../label-text';
import type { ItemIndex } from '../kind';

export type OverlayLevel = {
  uid: string;
  price: Price;
  text: string;
  color: string;
  selected: boolean;
};

const WIDTH_PX = 1;
const SELECTED_WIDTH_PX = 2;
const MAX_TEXT_PX = 200;
const MARGIN_PX = 8;
/** From the line up to the middle of its text. */
const TEXT_UP_PX = 9;

/** A line across the pane, with what it is at its right end. */
export function drawLevels(
  { pen, frame, yOf, text, colors }: DrawContext,
  { items }: ItemIndex<OverlayLevel>,
) {
  for (const item of items) {
    const y = yOf(item.price);
    if (y === null || y < 0 || y > frame.heightPx) continue;
    const half = (item.selected ? SELECTED_WIDTH_PX : WIDTH_PX) / 2;
    pen.box(0, y - half, frame.widthPx, y + half, item.color);
    const label = text.cut(item.text, MAX_TEXT_PX);
    const x = frame.widthPx - text.width(label) - MARGIN_PX;
    pen.text(label, x, y - TEXT_UP_PX, colors.theme.text, labelFont(pen.ratio));
  }
}
