import type { Px } from '@/contract/units';
import type { CandleChart } from './candle-chart';
import type { ChartPane, ChartPointer } from './types';
import { type View, zoomView } from './view';
import type { ViewLoader } from './view-loader';

/** How far a notch of the wheel zooms, and the most that one event may. */
const ZOOM_PER_PX = 0.0014;
const MAX_WHEEL_PX = 240;
/** A pinch on a trackpad comes as a wheel with Control held, in small steps. */
const PINCH_GAIN = 6;
const LINE_PX = 16;
/** A drag that is held this near the side scrolls. */
const SCROLL_EDGE_PX = 20;
const SCROLL_SHARE_PER_FRAME = 0.008;
const DRAG_SLOP_PX = 6;

type Point = { xPx: Px; yPx: Px };
type Gesture =
  | { name: 'captured'; pane: ChartPane; start: Point; pointer: PointerEvent; moved: boolean }
  | {
      name: 'pan';
      pane: ChartPane;
      start: Point;
      view: View;
      movePrices: ((byPx: Px) => void) | null;
      moved: boolean;
    }
  | { name: 'stretch'; start: Point; view: View };

export type GestureEvent = Point &
  Pick<ChartPointer, 'type' | 'pane' | 'shift' | 'alt' | 'ctrl' | 'button' | 'pressed'>;

/** Pointer and wheel: what the handler does not take pans, zooms and stretches the time axis. */
export class Gestures {
  private gesture: Gesture | null = null;
  private isOver = false;
  private isOverTimeAxis = false;
  private scrolling = 0;
  private cursor = '';
  private shownCursor = '';
  /** Where the container was when the gesture under way began: asking at each move costs a layout. */
  private origin: DOMRect | null = null;
  private readonly stopped = new AbortController();

  constructor(
    private readonly chart: CandleChart,
    private readonly loader: ViewLoader,
    /** True at `down` takes the gesture. */
    private readonly handle: (event: GestureEvent) => boolean,
    private readonly onStart: () => void,
  ) {
    const { container } = chart;
    container.style.touchAction = 'none';
    container.style.userSelect = 'none';
    const { signal } = this.stopped;
    container.addEventListener('pointerdown', (event) => this.down(event), { signal });
    container.addEventListener('pointerleave', (event) => this.leave(event), { signal });
    container.addEventListener('dblclick', (event) => this.double(event), { signal });
    container.addEventListener('wheel', (event) => this.wheel(event), { signal, passive: false });
    // On the window, so that a drag goes on outside the chart; before the page's own listeners.
    addEventListener('pointermove', (event) => this.move(event), { signal, capture: true });
    addEventListener('pointerup', (event) => this.up(event, 'up'), { signal });
    addEventListener('pointercancel', (event) => this.up(event, 'cancel'), { signal });
    this.setCursor('');
  }

  setCursor(css: string) {
    this.cursor = css;
    this.showCursor();
  }

  destroy() {
    this.stopped.abort();
    cancelAnimationFrame(this.scrolling);
  }

  private down(event: PointerEvent) {
    if (this.gesture) return;
    const point = this.pointOf(event);
    const area = this.chart.areaAt(point.xPx, point.yPx);
    if (area === null || area === 'price-axis') return;
    this.onStart();
    const { view } = this.loader;
    if (area === 'time-axis') {
      if (view && event.button === 0) this.gesture = { name: 'stretch', start: point, view };
      return;
    }
    if (this.handle(toEvent('down', event, point, area, false))) {
      this.gesture = { name: 'captured', pane: area, start: point, pointer: event, moved: false };
    } else if (view && event.button === 0) {
      const movePrices = area === 'price' ? this.chart.priceMover() : null;
      this.gesture = { name: 'pan', pane: area, start: point, view, movePrices, moved: false };
      this.showCursor();
    }
  }

  private move(event: PointerEvent) {
    const point = this.pointOf(event);
    const { gesture } = this;
    if (gesture?.name === 'captured') {
      gesture.pointer = event;
      gesture.moved ||= isFar(gesture.start, point);
      this.handle(toEvent('move', event, point, gesture.pane, true));
      this.scrollAtEdge();
    } else if (gesture?.name === 'pan') {
      this.pan(gesture, point);
      // Until it is no click any more. Then nobody needs it: the bar under the pointer stays.
      if (!gesture.moved) this.handle(toEvent('move', event, point, gesture.pane, false));
      else event.stopPropagation();
      gesture.moved ||= isFar(gesture.start, point);
    } else if (gesture) {
      this.stretch(gesture, point);
    } else if (this.chart.container.contains(event.target as Node)) {
      const area = this.chart.areaAt(point.xPx, point.yPx);
      this.isOverTimeAxis = area === 'time-axis';
      this.showCursor();
      if (area !== 'price' && area !== 'volume') return this.leave(event);
      this.isOver = true;
      this.handle(toEvent('move', event, point, area, false));
    }
  }

  private up(event: PointerEvent, type: 'up' | 'cancel') {
    const { gesture } = this;
    if (!gesture) return;
    this.gesture = null;
    this.showCursor();
    // Of a pan the handler hears as well: one that goes nowhere is a click.
    if (gesture.name !== 'stretch') {
      const captured = gesture.name === 'captured';
      this.handle(toEvent(type, event, this.pointOf(event), gesture.pane, captured));
    }
  }

  private leave(event: PointerEvent) {
    if (!this.isOver || this.gesture) return;
    this.isOver = false;
    this.handle(toEvent('leave', event, this.pointOf(event), 'price', false));
  }

  private double(event: MouseEvent) {
    const point = this.pointOf(event);
    const area = this.chart.areaAt(point.xPx, point.yPx);
    if (area === 'time-axis') this.loader.fit();
    else if (area === 'price-axis') this.chart.resetPrices();
    else if (area === 'price' || area === 'volume') {
      this.handle(toEvent('double', event, point, area, false));
    }
  }

  private wheel(event: WheelEvent) {
    event.preventDefault();
    const { view } = this.loader;
    if (!view || this.gesture?.name === 'pan') return;
    this.onStart();
    const unit = event.deltaMode === 0 ? 1 : LINE_PX;
    const point = this.pointOf(event);
    if (this.chart.areaAt(point.xPx, point.yPx) === 'price-axis') {
      const px = Math.min(Math.max(event.deltaY * unit, -MAX_WHEEL_PX), MAX_WHEEL_PX);
      if (point.yPx < this.chart.priceHeightPx) {
        this.chart.zoomPrices(Math.exp(px * ZOOM_PER_PX), point.yPx);
      }
      return;
    }
    const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    // By the view, as the library only follows it with the next frame.
    const barsPerPx = (view.to - view.from) / this.chart.widthPx;
    if (isSideways) {
      const bars = (event.deltaX || event.deltaY) * unit * barsPerPx;
      this.loader.setView({ from: view.from + bars, to: view.to + bars });
    } else {
      const wanted = event.deltaY * unit * (event.ctrlKey ? PINCH_GAIN : 1);
      const px = Math.min(Math.max(wanted, -MAX_WHEEL_PX), MAX_WHEEL_PX);
      const logical = view.from + Math.min(point.xPx, this.chart.widthPx) * barsPerPx;
      this.loader.setView(zoomView(view, Math.exp(px * ZOOM_PER_PX), logical, this.loader.bars));
    }
    if (this.gesture?.name === 'captured') this.repeat(this.gesture);
  }

  private pan(gesture: Gesture & { name: 'pan' }, point: Point) {
    const perPx = (gesture.view.to - gesture.view.from) / this.chart.widthPx;
    const bars = (gesture.start.xPx - point.xPx) * perPx;
    this.loader.setView({ from: gesture.view.from + bars, to: gesture.view.to + bars });
    gesture.movePrices?.(point.yPx - gesture.start.yPx);
  }

  /** The right edge stays; the bar under the pointer follows it. */
  private stretch({ view, start }: Gesture & { name: 'stretch' }, point: Point) {
    const width = this.chart.widthPx;
    const factor = Math.max(10, width - start.xPx) / Math.max(10, width - point.xPx);
    this.loader.setView(zoomView(view, factor, view.to, this.loader.bars));
  }

  private scrollAtEdge() {
    cancelAnimationFrame(this.scrolling);
    this.scrolling = requestAnimationFrame(() => {
      const { gesture } = this;
      const { view } = this.loader;
      if (gesture?.name !== 'captured' || !gesture.moved || !view) return;
      const { xPx } = this.pointOf(gesture.pointer);
      const beyond =
        Math.min(0, xPx - SCROLL_EDGE_PX) +
        Math.max(0, xPx - (this.chart.widthPx - SCROLL_EDGE_PX));
      if (beyond === 0) return;
      const speed = Math.min(Math.max(beyond / SCROLL_EDGE_PX, -2), 2) * SCROLL_SHARE_PER_FRAME;
      const bars = (view.to - view.from) * speed;
      this.loader.setView({ from: view.from + bars, to: view.to + bars });
      this.repeat(gesture);
      this.scrollAtEdge();
    });
  }

  /** The candles moved under a pointer that did not. */
  private repeat({ pointer, pane }: Gesture & { name: 'captured' }) {
    this.handle(toEvent('move', pointer, this.pointOf(pointer), pane, true));
  }

  private showCursor() {
    const { gesture } = this;
    const isOnTimeAxis = gesture ? gesture.name === 'stretch' : this.isOverTimeAxis;
    const css = isOnTimeAxis ? 'ew-resize' : this.cursor || 'crosshair';
    const { style } = this.chart.container;
    const next = gesture?.name === 'pan' ? 'grabbing' : css;
    // Setting what is there already would still cost the page a new style, and so would asking.
    if (this.shownCursor !== next) style.cursor = next;
    this.shownCursor = next;
  }

  private pointOf(event: MouseEvent): Point {
    const box = this.origin ?? this.chart.container.getBoundingClientRect();
    this.origin = this.gesture && box;
    return { xPx: event.clientX - box.left, yPx: event.clientY - box.top };
  }
}

const isFar = (from: Point, to: Point) =>
  Math.hypot(to.xPx - from.xPx, to.yPx - from.yPx) > DRAG_SLOP_PX;

function toEvent(
  type: ChartPointer['type'],
  event: MouseEvent,
  point: Point,
  pane: ChartPane,
  pressed: boolean,
): GestureEvent {
  const { shiftKey: shift, altKey: alt, button } = event;
  return {
    type,
    ...point,
    pane,
    shift,
    alt,
    ctrl: event.ctrlKey || event.metaKey,
    button,
    pressed,
  };
}
