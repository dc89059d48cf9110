import type { Px } from '@/contract/units';
/** A canvas in device pixels that is told where things are in CSS pixels; lines fall on whole pixels. */
export class Pen {
  private font = '';

  constructor(
    readonly context: CanvasRenderingContext2D,
    private readonly ratioX: number,
    private readonly ratioY: number,
  ) {}

  get ratio() {
    return this.ratioY;
  }

  /** The device column at x. */
  column(xPx: Px) {
    return Math.round(xPx * this.ratioX);
  }

  /** The device row at y. */
  row(yPx: Px) {
    return Math.round(yPx * this.ratioY);
  }

  private stroke(widthPx: Px) {
    return Math.max(1, Math.round(widthPx * this.ratioX));
  }

  box(left: Px, top: Px, right: Px, bottom: Px, color: string | CanvasPattern) {
    const x = this.column(left);
    const y = this.row(top);
    this.context.fillStyle = color;
    this.context.fillRect(x, y, Math.max(1, this.column(right) - x), this.row(bottom) - y);
  }

  /** A vertical line whose outer side lies on x: `side` is -1 where it grows to the left. */
  edge(xPx: Px, top: Px, bottom: Px, widthPx: Px, color: string, side: -1 | 1) {
    const width = this.stroke(widthPx);
    const x = this.column(xPx) - (side < 0 ? width : 0);
    const y = this.row(top);
    this.context.fillStyle = color;
    this.context.fillRect(x, y, width, this.row(bottom) - y);
  }

  dashedEdge(xPx: Px, top: Px, bottom: Px, color: string) {
    const { context } = this;
    const x = this.column(xPx) + (this.stroke(1) % 2) / 2;
    context.save();
    context.setLineDash([4 * this.ratio, 3 * this.ratio]);
    context.lineWidth = this.stroke(1);
    context.strokeStyle = color;
    context.beginPath();
    context.moveTo(x, this.row(top));
    context.lineTo(x, this.row(bottom));
    context.stroke();
    context.restore();
  }

  line(from: { xPx: Px; yPx: Px }, to: { xPx: Px; yPx: Px }, widthPx: Px, color: string) {
    const { context } = this;
    context.beginPath();
    context.moveTo(from.xPx * this.ratioX, from.yPx * this.ratioY);
    context.lineTo(to.xPx * this.ratioX, to.yPx * this.ratioY);
    context.lineWidth = widthPx * this.ratio;
    context.lineCap = 'round';
    context.strokeStyle = color;
    context.stroke();
  }

  dottedLine(left: Px, right: Px, yPx: Px, color: string) {
    const { context } = this;
    const width = this.stroke(1);
    const y = this.row(yPx) + (width % 2) / 2;
    context.save();
    context.setLineDash([width, 3 * width]);
    context.lineWidth = width;
    context.strokeStyle = color;
    context.beginPath();
    context.moveTo(this.column(left), y);
    context.lineTo(this.column(right), y);
    context.stroke();
    context.restore();
  }

  dot(xPx: Px, yPx: Px, radiusPx: Px, color: string) {
    const { context } = this;
    context.beginPath();
    context.arc(xPx * this.ratioX, yPx * this.ratioY, radiusPx * this.ratio, 0, Math.PI * 2);
    context.fillStyle = color;
    context.fill();
  }

  outline(box: { left: Px; top: Px; right: Px; bottom: Px }, widthPx: Px, color: string) {
    const { context } = this;
    const width = this.stroke(widthPx);
    const [x, y] = [this.column(box.left), this.row(box.top)];
    context.lineWidth = width;
    context.lineJoin = 'miter';
    context.strokeStyle = color;
    const half = width / 2;
    const across = this.column(box.right) - x - width;
    const down = this.row(box.bottom) - y - width;
    context.strokeRect(x + half, y + half, Math.max(across, 0), Math.max(down, 0));
  }

  pill(
    left: Px,
    top: Px,
    right: Px,
    bottom: Px,
    style: { fill: string; line: string; widthPx: Px; dashed: boolean; radiusPx: Px },
  ) {
    const { context, ratio } = this;
    const width = this.stroke(style.widthPx);
    const x = this.column(left) + width / 2;
    const y = this.row(top) + width / 2;
    const across = Math.max(1, this.column(right) - this.column(left) - width);
    const down = this.row(bottom) - this.row(top) - width;
    context.beginPath();
    context.roundRect(x, y, across, down, Math.min(style.radiusPx * ratio, across / 2));
    context.fillStyle = style.fill;
    context.fill();
    context.lineWidth = width;
    context.strokeStyle = style.line;
    if (style.dashed) context.setLineDash([3 * ratio, 2 * ratio]);
    context.stroke();
    if (style.dashed) context.setLineDash([]);
  }

  text(text: string, xPx: Px, middlePx: Px, color: string, font: string) {
    const { context } = this;
    // Asking the context for its font costs more than a comparison of our own.
    if (this.font !== font) context.font = font;
    this.font = font;
    context.fillStyle = color;
    context.textBaseline = 'alphabetic';
    // A third of an em under the middle centres capitals and digits alike.
    const baseline = middlePx * this.ratioY + 4 * this.ratio;
    context.fillText(text, this.column(xPx), Math.round(baseline));
  }

  /** In CSS pixels, of text in a font that `text` is given. */
  widthOf(text: string, font: string): Px {
    if (this.font !== font) this.context.font = font;
    this.font = font;
    return this.context.measureText(text).width / this.ratioX;
  }

  /** One row of a bitmap in device pixels, drawn out to a height. */
  stretch(bitmap: HTMLCanvasElement, row: number, xPx: Px, panePx: Px, top: Px, bottom: Px) {
    const { context } = this;
    const y = this.row(top);
    context.imageSmoothingEnabled = false;
    this.copy(bitmap, row, 1, xPx, panePx, y, this.row(bottom) - y);
  }

  /** As much of a bitmap in device pixels as the pane shows. */
  bitmap(bitmap: HTMLCanvasElement, xPx: Px, panePx: Px) {
    this.copy(bitmap, 0, bitmap.height, xPx, panePx, 0, bitmap.height);
  }

  private copy(
    bitmap: HTMLCanvasElement,
    row: number,
    rows: number,
    xPx: Px,
    panePx: Px,
    y: number,
    height: number,
  ) {
    const x = this.column(xPx);
    const from = Math.max(0, -x);
    const width = Math.min(bitmap.width - from, this.column(panePx) - (x + from));
    if (width <= 0) return;
    this.context.drawImage(bitmap, from, row, width, rows, x + from, y, width, height);
  }

  polygon(points: readonly (readonly [number, number])[], fill: string, halo?: string) {
    const { context } = this;
    context.beginPath();
    for (const [x, y] of points) context.lineTo(x * this.ratioX, y * this.ratioY);
    context.closePath();
    if (halo) {
      context.lineJoin = 'round';
      context.lineWidth = 2 * this.ratio;
      context.strokeStyle = halo;
      context.stroke();
    }
    context.fillStyle = fill;
    context.fill();
  }

  ring(xPx: Px, yPx: Px, radiusPx: Px, widthPx: Px, color: string) {
    const { context } = this;
    context.beginPath();
    context.arc(xPx * this.ratioX, yPx * this.ratioY, radiusPx * this.ratio, 0, Math.PI * 2);
    context.lineWidth = widthPx * this.ratio;
    context.strokeStyle = color;
    context.stroke();
  }
}
