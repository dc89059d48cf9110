import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';
import type { Px } from '@/contract/units';
import type { Kind, Target } from '@/editor/kinds/kinds';
import type { ChartGeometry, Scene } from './chart-geometry';
import type { DrawContext } from './draw-context';
import { drawCursor } from './draw-cursor';
import { drawMeasure } from './draw-measure';
import { type FoldedPill, FoldedPills } from './folded-pills';
import { hitTest } from './hit-test';
import type { ChartKind } from './kinds/kind';
import { CHART_KINDS } from './kinds/kinds';
import { LABEL_FONT_PX, LabelText, labelFont } from './label-text';
import { eachKind, indexOverlay, NO_OVERLAY, type Overlay, perKind } from './overlay';
import { OverlayColors } from './overlay-colors';
import { Pen } from './pen';
import { RangeIndex } from './range-index';
import type { ChartTheme } from './theme';

type DrawTarget = Parameters<IPrimitivePaneRenderer['draw']>[0];

/** All annotations as one primitive: bands under the candles, the rest over them. */
export class OverlayPrimitive implements ISeriesPrimitive<Time> {
  private overlay = NO_OVERLAY;
  private indices = indexOverlay(NO_OVERLAY, null);
  /** What is drawn of each kind, with what it has painted so far. */
  private layers = perKind((kind) => this.newLayer(kind));
  private folded = new FoldedPills([]);
  private colors: OverlayColors;
  private text = newLabelText();
  private requestUpdate = () => {};
  private readonly views: IPrimitivePaneView[];

  constructor(
    private readonly geometry: ChartGeometry,
    theme: ChartTheme,
    /** There are so many lanes now. */
    private readonly onLanes: (count: number) => void,
  ) {
    this.colors = new OverlayColors(theme);
    const renderer: IPrimitivePaneRenderer = {
      drawBackground: (target: DrawTarget) =>
        this.draw(target, (context) => this.drawUnder(context)),
      draw: (target: DrawTarget) => this.draw(target, (context) => this.drawOver(context)),
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
    const last = { overlay: this.overlay, indices: this.indices };
    this.indices = indexOverlay(overlay, last);
    this.overlay = overlay;
    for (const [kind] of eachKind()) {
      if (this.indices[kind] === last.indices[kind]) continue;
      this.layers[kind] = this.newLayer(kind, this.layers[kind]);
    }
    const isSame = eachKind().every(([kind]) => this.indices[kind] === last.indices[kind]);
    if (!isSame) this.layOutLanes();
    this.requestUpdate();
  }

  private layOutLanes() {
    const ranges = Object.values(this.indices).filter((index) => index instanceof RangeIndex);
    this.folded = new FoldedPills(ranges);
    this.onLanes(Math.max(0, ...ranges.map(({ laneCount }) => laneCount)));
  }

  /** The "+n" pills in view. */
  foldedInView(): FoldedPill[] {
    const scene = this.scene();
    if (!scene || this.overlay.hidden) return [];
    return this.folded.inView(scene.frame, scene.timeScale);
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
    this.layers = perKind((kind) => this.newLayer(kind, this.layers[kind]));
  }

  private newLayer(kind: Kind, last?: unknown): unknown {
    const { layer }: ChartKind = CHART_KINDS[kind];
    return layer(this.indices[kind], last);
  }

  hitAt(xPx: Px, yPx: Px): Target | null {
    const scene = this.scene();
    return scene && !this.overlay.hidden ? hitTest(this.indices, scene, xPx, yPx) : null;
  }

  private draw(target: DrawTarget, draw: (context: DrawContext) => void) {
    const scene = this.scene();
    if (!scene) return;
    const { colors, text } = this;
    // biome-ignore lint/correctness/useHookAtTopLevel: fancy-canvas, not a hook.
    target.useBitmapCoordinateSpace(({ context, horizontalPixelRatio, verticalPixelRatio }) => {
      const pen = new Pen(context, horizontalPixelRatio, verticalPixelRatio);
      draw({ ...scene, pen, colors, text });
    });
  }

  private drawUnder(context: DrawContext) {
    const { hidden, draft } = this.overlay;
    for (const [kind, { drawUnder }] of eachKind()) {
      if (!hidden) drawUnder?.(context, this.layers[kind]);
    }
    if (!draft) return;
    const { drawDraftUnder }: ChartKind = CHART_KINDS[draft.kind];
    drawDraftUnder?.(context, draft.item, hidden ? null : this.indices);
  }

  private drawOver(context: DrawContext) {
    const { hidden, draft, measure, cursorTime } = this.overlay;
    if (!hidden) this.folded.draw(context);
    for (const [kind, { drawOver }] of eachKind()) {
      if (!hidden) drawOver(context, this.layers[kind]);
    }
    if (draft) {
      const { drawDraft }: ChartKind = CHART_KINDS[draft.kind];
      drawDraft?.(context, draft.item, hidden ? null : this.indices);
    }
    if (cursorTime !== null) drawCursor(context, cursorTime);
    if (measure) drawMeasure(context, measure);
  }

  /** Null while there is nothing to draw on. */
  private scene(): Scene | null {
    const { barHolding, yOf } = this.geometry;
    const timeScale = this.geometry.timeScale();
    if (!timeScale) return null;
    for (const [kind] of eachKind()) this.indices[kind].setScale(timeScale);
    const frame = this.geometry.frame();
    return frame && { frame, timeScale, barHolding, yOf };
  }
}

function newLabelText(): LabelText {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return new LabelText((text) => text.length * LABEL_FONT_PX * 0.6);
  context.font = labelFont(1);
  return new LabelText((text) => context.measureText(text).width);
}
