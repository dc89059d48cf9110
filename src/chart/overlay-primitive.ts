import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';
import type { DrawContext } from './draw-context';
import { drawCursor, drawDraft, drawDraftBand } from './draw-gesture';
import { drawMarkers } from './draw-markers';
import { drawBands, drawPredictions, drawSpans } from './draw-spans';
import { hitTest, type Scene } from './hit-test';
import { LABEL_FONT_PX, LabelText, labelFont } from './label-text';
import { OverlayColors } from './overlay-colors';
import { indexOverlay, type OverlayIndex } from './overlay-index';
import { type Frame, markerMiddle } from './overlay-layout';
import { Pen } from './pen';
import { RangeLayer } from './range-layer';
import type { TimeScale } from './time-scale';
import type { ChartBar, ChartTheme, Hit, Overlay, OverlayMarker } from './types';

export const NO_OVERLAY: Overlay = {
  spans: [],
  markers: [],
  predictions: [],
  draft: null,
  cursorTime: null,
  hidden: false,
};

/** What the overlay needs to know of the chart it lies on. */
export type ChartGeometry = {
  frame(): Frame | null;
  timeScale(): TimeScale | null;
  /** The drawn bar that holds a bar of level 0. */
  barHolding(bar: number): ChartBar | null;
  yOf(price: number): number | null;
};

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];

/** All annotations as one primitive: bands under the candles, the rest over them. */
export class OverlayPrimitive implements ISeriesPrimitive<Time> {
  private overlay = NO_OVERLAY;
  private index: OverlayIndex = indexOverlay(NO_OVERLAY, null);
  private spans = new RangeLayer(this.index.spans);
  private predictions = new RangeLayer(this.index.predictions);
  private colors: OverlayColors;
  private text = newLabelText();
  private requestUpdate = () => {};
  private readonly views: IPrimitivePaneView[];

  constructor(
    private readonly geometry: ChartGeometry,
    theme: ChartTheme,
  ) {
    this.colors = new OverlayColors(theme);
    const renderer: IPrimitivePaneRenderer = {
      drawBackground: (target: Target) => this.draw(target, (drawing) => this.drawUnder(drawing)),
      draw: (target: Target) => this.draw(target, (drawing) => this.drawOver(drawing)),
    };
    this.views = [{ renderer: () => renderer }];
  }

  attached({ requestUpdate }: SeriesAttachedParameter<Time>) {
    this.requestUpdate = requestUpdate;
  }

  paneViews() {
    return this.views;
  }

  setOverlay(overlay: Overlay) {
    this.index = indexOverlay(overlay, { overlay: this.overlay, index: this.index });
    this.overlay = overlay;
    const { spans, predictions } = this.index;
    if (this.spans.ranges !== spans) this.spans = new RangeLayer(spans);
    if (this.predictions.ranges !== predictions) this.predictions = new RangeLayer(predictions);
    this.requestUpdate();
  }

  setTheme(theme: ChartTheme) {
    this.colors = new OverlayColors(theme);
    this.layOut();
    this.requestUpdate();
  }

  /** The label font is another by now. */
  remeasure() {
    this.text = newLabelText();
    this.layOut();
    this.requestUpdate();
  }

  /** Anew, with nothing painted yet. */
  private layOut() {
    this.spans = new RangeLayer(this.index.spans);
    this.predictions = new RangeLayer(this.index.predictions);
  }

  hitAt(xPx: number, yPx: number): Hit | null {
    const frame = this.prepare();
    return frame && !this.overlay.hidden ? hitTest(this.scene(frame), xPx, yPx) : null;
  }

  private draw(target: Target, draw: (drawing: DrawContext) => void) {
    const frame = this.prepare();
    const timeScale = this.geometry.timeScale();
    if (!frame || !timeScale) return;
    // biome-ignore lint/correctness/useHookAtTopLevel: fancy-canvas, not a hook.
    target.useBitmapCoordinateSpace(({ context, horizontalPixelRatio, verticalPixelRatio }) => {
      const pen = new Pen(context, horizontalPixelRatio, verticalPixelRatio);
      draw({ pen, frame, timeScale, colors: this.colors, text: this.text });
    });
  }

  private drawUnder(drawing: DrawContext) {
    const { hidden, draft } = this.overlay;
    if (!hidden) drawBands(drawing, this.spans);
    if (draft) drawDraftBand(drawing, draft, hidden ? null : this.index);
  }

  private drawOver(drawing: DrawContext) {
    const { overlay, index } = this;
    if (!overlay.hidden) {
      drawPredictions(drawing, this.predictions);
      drawSpans(drawing, this.spans);
      drawMarkers(drawing, index.markers, this.scene(drawing.frame).markerY);
    }
    if (overlay.draft) drawDraft(drawing, overlay.draft, overlay.hidden ? null : index);
    if (overlay.cursorTime !== null) drawCursor(drawing, overlay.cursorTime);
  }

  private prepare(): Frame | null {
    const timeScale = this.geometry.timeScale();
    if (!timeScale) return null;
    this.index.spans.setScale(timeScale);
    this.index.predictions.setScale(timeScale);
    this.index.markers.setScale(timeScale);
    return this.geometry.frame();
  }

  private scene(frame: Frame): Scene {
    const { index, geometry } = this;
    return {
      index,
      frame,
      markerY: (at) => {
        const bar = geometry.barHolding(Math.floor(index.markers.logicalOf(at)));
        const high = bar && geometry.yOf(bar.high);
        const low = bar && geometry.yOf(bar.low);
        if (high === null || low === null) return null;
        return markerMiddle((index.markers.items[at] as OverlayMarker).direction, high, low);
      },
    };
  }
}

function newLabelText(): LabelText {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return new LabelText((text) => text.length * LABEL_FONT_PX * 0.6);
  context.font = labelFont(1);
  return new LabelText((text) => context.measureText(text).width);
}
