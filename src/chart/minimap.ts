import type { TileColumns } from '@/contract/tile-codec';
import type { Column, Price, Px } from '@/contract/units';
import { VersionedMap } from '@/editor/versioned-map';
import { dragWindow, partAt, toExtent, type WindowPart } from './minimap-window';
import { Pen } from './pen';
import { indexRanges, RangeIndex } from './range-index';
import { RetryQueue } from './retry-queue';
import { withAlpha } from './theme';
import { TileStore } from './tile-store';
import { TimeScale } from './time-scale';
import type { ColorOf, Minimap, MinimapOptions, MinimapTick } from './types';
import type { View } from './view';

const TICKS_PX = 5;
/** A band of 2 under the ticks, and a pixel between. */
const EXAMINED_PX = 3;
const MARGIN_PX = 5;

/** The whole history as a line, annotations as ticks under it, and the view as a window over it. */
export function createMinimap(container: HTMLElement, options: MinimapOptions): Minimap {
  let { theme } = options;
  let timeframe: number | null = null;
  let ticks = new VersionedMap<MinimapTick>();
  let colorOf: ColorOf = () => theme.faint;
  let tickIndex = new RangeIndex<MinimapTick>([]);
  let examined: Parameters<Minimap['setExamined']>[0] = [];
  let view: View | null = null;
  let history: { bars: number; tile: TileColumns; timeScale: TimeScale } | null = null;
  let store: TileStore | null = null;
  let generation = 0;
  // The chart beside it says what fails.
  const retries = new RetryQueue(() => {});
  let drag: { part: WindowPart; startPx: Px; view: View } | null = null;
  /** Kept, as to ask for it while the page changes would lay the page out at each frame. */
  let widthPx = 0;
  /** The size when all of it was drawn last. */
  let drawn = { width: 0, height: 0 };
  let isWindowShown = true;
  let shown = { left: -1, right: -1 };
  const stopped = new AbortController();

  const canvas = document.createElement('canvas');
  const frame = document.createElement('div');
  if (getComputedStyle(container).position === 'static') container.style.position = 'relative';
  container.style.overflow = 'hidden';
  container.style.touchAction = 'none';
  canvas.style.cssText = 'display:block;width:100%;height:100%';
  frame.style.cssText =
    'position:absolute;top:0;bottom:0;left:0;box-sizing:border-box;will-change:transform';
  container.append(canvas, frame);
  const resized = new ResizeObserver(() => {
    widthPx = container.clientWidth;
    draw();
    layOutWindow();
  });
  resized.observe(container);
  paint();

  async function load() {
    const asked = ++generation;
    const isWanted = () => asked === generation;
    const when = store ? undefined : 'opening';
    const pyramid = await retries.retryUntilSuccess(() => options.source.pyramid(when), isWanted);
    const { dataRev, timeframes } = pyramid;
    const active = timeframes.find((one) => one.timeframe === timeframe) ?? timeframes[0];
    if (store?.dataRev !== dataRev) {
      store?.close();
      store = new TileStore(options.source, pyramid, retries, () => void load());
    }
    if (!active || active.bars === 0) history = null;
    else {
      const { bars, topLevel } = active;
      const tile = await store.load({ timeframe: active.timeframe, level: topLevel, seq: 0 });
      if (!isWanted()) return;
      const overview = { level: topLevel, first: 0, times: tile.time };
      history = { bars, tile, timeScale: new TimeScale(bars, active.timeframe, overview) };
    }
    draw();
    layOutWindow();
  }

  function draw() {
    const width = container.clientWidth;
    const height = container.clientHeight;
    drawn = { width, height };
    const ratio = devicePixelRatio;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext('2d');
    if (!context || !history || width === 0) return;
    drawLine(context, history.tile.close, width, height - TICKS_PX - EXAMINED_PX, ratio);
    drawTicks(0, width);
    drawExamined();
  }

  function drawExamined() {
    const context = canvas.getContext('2d');
    if (!context || !history || drawn.width === 0) return;
    const { timeScale, bars } = history;
    const { width, height } = drawn;
    const pen = new Pen(context, devicePixelRatio, devicePixelRatio);
    const top = pen.row(height - EXAMINED_PX);
    context.clearRect(0, top, canvas.width, canvas.height - top);
    for (const { startTime, endTime } of examined) {
      const left = (timeScale.startEdge(startTime) / bars) * width;
      const right = Math.max(left + 1, (timeScale.endEdge(endTime) / bars) * width);
      pen.box(left, height - EXAMINED_PX + 1, right, height, theme.accent);
    }
  }

  /** Those of a stretch, and nothing else of it. */
  function drawTicks(fromPx: Px, toPx: Px) {
    const context = canvas.getContext('2d');
    if (!context || !history || drawn.width === 0) return;
    const { timeScale, bars } = history;
    const { width, height } = drawn;
    const pen = new Pen(context, devicePixelRatio, devicePixelRatio);
    const bottom = height - EXAMINED_PX;
    const [from, to] = [pen.column(fromPx), pen.column(toPx)];
    const [upper, lower] = [pen.row(bottom - TICKS_PX), pen.row(bottom)];
    context.save();
    context.beginPath();
    context.rect(from, upper, to - from, lower - upper);
    context.clip();
    context.clearRect(from, upper, to - from, lower - upper);
    tickIndex.setScale(timeScale);
    // A tick is a pixel wide, however short it is.
    const near = tickIndex.touching(((fromPx - 1) / width) * bars, ((toPx + 1) / width) * bars);
    let [left, right, color] = [0, 0, ''];
    for (let at = near.start; at < near.end; at++) {
      const nextLeft = (tickIndex.leftOf(at) / bars) * width;
      const nextRight = Math.max(nextLeft + 1, (tickIndex.rightOf(at) / bars) * width);
      // Of those in the same columns the last one hides the others.
      const isHidden =
        pen.column(left) === pen.column(nextLeft) && pen.column(right) === pen.column(nextRight);
      if (color && !isHidden) pen.box(left, bottom - TICKS_PX, right, bottom, color);
      [left, right, color] = [nextLeft, nextRight, colorOf(tickIndex.items.at(at)!.label)];
    }
    if (color) pen.box(left, bottom - TICKS_PX, right, bottom, color);
    context.restore();
  }

  function drawTicksNear({ startTime, endTime }: MinimapTick) {
    if (!history) return;
    const { timeScale, bars } = history;
    const left = (timeScale.startEdge(startTime) / bars) * drawn.width;
    const right = (timeScale.endEdge(endTime) / bars) * drawn.width;
    drawTicks(left - 1, Math.max(left, right) + 2);
  }

  function drawLine(
    context: CanvasRenderingContext2D,
    closes: Column<Price>,
    width: number,
    height: number,
    ratio: number,
  ) {
    let low = Infinity;
    let high = -Infinity;
    for (const close of closes) {
      low = Math.min(low, close);
      high = Math.max(high, close);
    }
    const room = height - 2 * MARGIN_PX;
    context.beginPath();
    for (const [index, close] of closes.entries()) {
      const x = ((index + 0.5) / closes.length) * width;
      const y = MARGIN_PX + (high > low ? (high - close) / (high - low) : 0.5) * room;
      context.lineTo(x * ratio, y * ratio);
    }
    context.lineWidth = ratio;
    context.lineJoin = 'round';
    context.strokeStyle = theme.faint;
    context.stroke();
  }

  function layOutWindow() {
    const isShown = view !== null && history !== null;
    if (isShown !== isWindowShown) frame.style.display = isShown ? '' : 'none';
    isWindowShown = isShown;
    if (!view || !history) return;
    const { left, right } = toExtent(view, history.bars, widthPx);
    // Most frames of a pan move it by less than can be seen, and each change of style costs a layout.
    const isSeen = (one: Px, other: Px) => Math.abs(one - other) * devicePixelRatio > 0.25;
    if (!isSeen(left, shown.left) && !isSeen(right, shown.right)) return;
    frame.style.transform = `translateX(${left}px)`;
    frame.style.width = `${right - left}px`;
    shown = { left, right };
  }

  function paint() {
    frame.style.background = withAlpha(theme.accent, 0.16);
    frame.style.borderInline = `2px solid ${theme.accent}`;
  }

  function xOf(event: PointerEvent) {
    return event.clientX - container.getBoundingClientRect().left;
  }

  const { signal } = stopped;
  container.addEventListener(
    'pointerdown',
    (event) => {
      if (!history || !view || event.button !== 0) return;
      const startPx = xOf(event);
      const part = partAt(view, history.bars, container.clientWidth, startPx);
      container.setPointerCapture(event.pointerId);
      drag = { part, startPx, view };
      if (part === 'outside') move(event);
    },
    { signal },
  );
  container.addEventListener('pointermove', move, { signal });
  for (const type of ['pointerup', 'pointercancel'] as const) {
    container.addEventListener(type, () => (drag = null), { signal });
  }

  function move(event: PointerEvent) {
    if (!history || !view) return;
    const width = container.clientWidth;
    const xPx = xOf(event);
    if (!drag) {
      const part = partAt(view, history.bars, width, xPx);
      const cursors = { start: 'ew-resize', end: 'ew-resize', middle: 'grab', outside: 'pointer' };
      container.style.cursor = cursors[part];
      return;
    }
    view = dragWindow(drag.view, drag.part, drag.startPx, xPx, history.bars, width);
    layOutWindow();
    options.onWindow(view.from, view.to);
  }

  void load();
  return {
    setView(from, to) {
      view = { from, to };
      layOutWindow();
    },
    setTicks(next, nextColorOf) {
      const changes = colorOf === nextColorOf ? next.changesSince(ticks) : null;
      colorOf = nextColorOf;
      tickIndex = indexRanges(next, { items: ticks, index: tickIndex });
      ticks = next;
      if (!changes) return draw();
      for (const { before, after } of changes) {
        if (before) drawTicksNear(before);
        if (after) drawTicksNear(after);
      }
    },
    setExamined(next) {
      examined = next;
      drawExamined();
    },
    setTheme(next) {
      theme = next;
      paint();
      draw();
    },
    setTimeframe(next) {
      if (next === timeframe) return;
      timeframe = next;
      void load();
    },
    reload: () => void load(),
    destroy() {
      generation++;
      stopped.abort();
      resized.disconnect();
      store?.close();
      canvas.remove();
      frame.remove();
    },
  };
}
