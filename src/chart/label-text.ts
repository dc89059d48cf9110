import type { Px } from '@/contract/units';
import { FONT_FAMILY } from './chart-options';

export const LABEL_FONT_PX = 11;
export const labelFont = (ratio: number, weight = 600) =>
  `${weight} ${LABEL_FONT_PX * ratio}px ${FONT_FAMILY}`;

const ELLIPSIS = '…';
const MIN_LETTERS = 3;

/** Cuts text to a width, measuring each text once. */
export class LabelText {
  private readonly widths = new Map<string, { letters: string[]; upTo: Float64Array }>();

  constructor(private readonly measure: (text: string) => number) {}

  width(text: string): number {
    return this.of(text).upTo.at(-1)!;
  }

  /** Where a text begins that should begin at `xPx`: further to the left where the pane would cut its end. */
  startWithin(text: string, xPx: Px, paneWidthPx: Px): Px {
    return Math.max(0, Math.min(xPx, paneWidthPx - this.width(text) - 2));
  }

  /** The text, its beginning with an ellipsis, or nothing where under three letters fit. */
  cut(text: string, widthPx: Px): string {
    const { letters, upTo } = this.of(text);
    if (upTo.at(-1)! <= widthPx) return text;
    const room = widthPx - this.width(ELLIPSIS);
    let count = letters.length;
    while (count >= MIN_LETTERS && upTo[count]! > room) count--;
    return count < MIN_LETTERS ? '' : letters.slice(0, count).join('').trimEnd() + ELLIPSIS;
  }

  private of(text: string) {
    let known = this.widths.get(text);
    if (!known) {
      const letters = [...text];
      const upTo = new Float64Array(letters.length + 1);
      for (let count = 1; count <= letters.length; count++) {
        upTo[count] = this.measure(letters.slice(0, count).join(''));
      }
      known = { letters, upTo };
      this.widths.set(text, known);
    }
    return known;
  }
}
