import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Scene } from './chart-geometry';
import { hitTest } from './hit-test';
import type { OverlaySpan } from './kinds/span/draw';
import { eachKind, indexOverlay, NO_OVERLAY } from './overlay';
import { LANES_TOP_PX, laneTop, xOf } from './overlay-layout';
import { type GivenItems, itemsOf } from './testing-items';
import { TimeScale } from './time-scale';

/** Bars are ten pixels wide, bar 0 begins at x = 0, and a bar's time is its index. */
const PX = 10;
const frame = { originPx: 0, pxPerBar: PX, widthPx: 1_000, heightPx: 600 };
const times = Float64Array.from({ length: 1_000 }, (_, index) => index);
const timeScale = new TimeScale(1_000, 1, { level: 0, first: 0, times });

const span = (uid: string, startTime: number, endTime: number, selected = false): OverlaySpan => ({
  uid,
  startTime,
  endTime,
  text: uid,
  isAnchor: selected,
  isRefused: false,
  color: '#5b9dff',
  selected,
  parts: [],
});

/** A price is its own y, and every bar reaches from 310 up to 290. */
const bar = {
  time: 0,
  bar: 0,
  merged: 1,
  open: 300,
  close: 300,
  volume: null,
  previousClose: null,
};
const scene: Scene = {
  frame,
  timeScale,
  yOf: (price) => Number(price),
  barHolding: () => ({ ...bar, high: 290, low: 310 }),
};

function indicesOf(given: GivenItems) {
  const items = { ...NO_OVERLAY.items, ...itemsOf(given) };
  const all = { ...NO_OVERLAY, items };
  const indices = indexOverlay(all, null);
  for (const [kind] of eachKind()) indices[kind].setScale(timeScale);
  return indices;
}

/** What is hit at a point among these. */
const hitterOf = (given: GivenItems) => {
  const indices = indicesOf(given);
  return (xPx: number, yPx: number) => hitTest(indices, scene, xPx, yPx);
};

const pillY = (lane: number) => laneTop(lane) + 9;

describe('one span over bars 10 to 19', () => {
  const hitAt = hitterOf({ span: [span('a', 10, 19)] });

  test('its pill is hit between its ends, which resize it', () => {
    expect(hitAt(150, pillY(0))).toEqual({ kind: 'span', uid: 'a', part: 'pill' });
    expect(hitAt(102, pillY(0))).toEqual({ kind: 'span', uid: 'a', part: 'start' });
    expect(hitAt(198, pillY(0))).toEqual({ kind: 'span', uid: 'a', part: 'end' });
  });

  test('its body begins under the pill and ends with its last bar', () => {
    expect(hitAt(101, 300)).toEqual({ kind: 'span', uid: 'a', part: 'body' });
    expect(hitAt(199, 599)).toEqual({ kind: 'span', uid: 'a', part: 'body' });
    expect(hitAt(205, 300)).toBeNull();
    expect(hitAt(150, LANES_TOP_PX - 10)).toBeNull();
    expect(hitAt(150, 601)).toBeNull();
  });
});

test('what finds no lane of its own is hit once it is selected', () => {
  const stack = (selected: string) =>
    Array.from({ length: 8 }, (_, at) => span(`s${at}`, 10, 30 - at, selected === `s${at}`));
  expect(hitterOf({ span: stack('') })(150, pillY(6))).toMatchObject({ uid: 's5', part: 'body' });
  expect(hitterOf({ span: stack('s7') })(150, pillY(6))).toMatchObject({ uid: 's7', part: 'pill' });
});

test('a selected span is resized by its whole edge, eight pixels to either side', () => {
  const hitAt = hitterOf({ span: [span('a', 10, 19, true)] });
  expect(hitAt(93, 300)).toEqual({ kind: 'span', uid: 'a', part: 'start' });
  expect(hitAt(207, 300)).toEqual({ kind: 'span', uid: 'a', part: 'end' });
  expect(hitAt(91, 300)).toBeNull();
});

test('both edges of a thin selected span can be taken', () => {
  const hitAt = hitterOf({ span: [span('a', 10, 10, true)] });
  expect(hitAt(101, 300)).toMatchObject({ part: 'start' });
  expect(hitAt(109, 300)).toMatchObject({ part: 'end' });
});

test('of spans over each other the smallest is hit, and each by its own pill', () => {
  const hitAt = hitterOf({ span: [span('wide', 0, 50), span('narrow', 20, 29)] });
  expect(hitAt(250, 300)).toMatchObject({ uid: 'narrow', part: 'body' });
  expect(hitAt(350, 300)).toMatchObject({ uid: 'wide', part: 'body' });
  expect(hitAt(250, pillY(0))).toMatchObject({ uid: 'wide', part: 'pill' });
  expect(hitAt(250, pillY(1))).toMatchObject({ uid: 'narrow', part: 'pill' });
});

test('a prediction is hit by its pill alone', () => {
  const prediction = {
    uid: 'prediction:7',
    startTime: 10,
    endTime: 19,
    text: 'Bull flag',
    score: '0.80',
    badge: null,
    color: '#5b9dff',
    selected: false,
  };
  const hitAt = hitterOf({ prediction: [prediction] });
  expect(hitAt(150, pillY(0))).toEqual({ kind: 'prediction', uid: 'prediction:7', part: 'pill' });
  expect(hitAt(150, 300)).toBeNull();
});

test('a marker is hit before the span it lies in', () => {
  const marker = {
    uid: 'm',
    time: 15,
    direction: 'up' as const,
    color: '#2fb8a2',
    selected: false,
    text: 'Buy',
  };
  const hitAt = hitterOf({ span: [span('a', 10, 19)], marker: [marker] });
  expect(hitAt(157, 323)).toEqual({ kind: 'marker', uid: 'm', part: 'body' });
  expect(hitAt(175, 300)).toMatchObject({ kind: 'span' });
});

test('a span that lies between two bars can still be hit', () => {
  const hitAt = hitterOf({ span: [span('gap', 10.2, 10.6)] });
  expect(hitAt(xOf(frame, 11), pillY(0))).toMatchObject({ uid: 'gap' });
});

test('the body that is hit is one a linear search finds, and the smallest', () => {
  const some = fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 30 }));
  fc.assert(
    fc.property(
      fc.array(some, { maxLength: 60 }),
      fc.integer({ min: 0, max: 999 }),
      (list, xPx) => {
        const spans = list.map(([start, length], at) => span(`${at}`, start, start + length));
        const hit = hitterOf({ span: spans })(xPx, 599);
        const widths = spans
          .filter(({ startTime, endTime }) => xPx >= startTime * PX && xPx <= (endTime + 1) * PX)
          .map(({ startTime, endTime }) => endTime - startTime);
        const found = spans.find(({ uid }) => hit?.kind === 'span' && hit.uid === uid);
        const width = found ? found.endTime - found.startTime : Infinity;
        expect(width).toBe(Math.min(...widths));
      },
    ),
  );
});

test('among ten thousand spans only those near the pointer are looked at', () => {
  const spans = Array.from({ length: 10_000 }, (_, at) => span(`${at}`, at / 10, at / 10 + 0.5));
  const indices = indicesOf({ span: spans });
  const { start, end } = indices.span.touching(50, 51);
  expect(end - start).toBeLessThan(40);
  expect(hitTest(indices, scene, 505, 599)).not.toBeNull();
});

test('the edges of a part are hit inside the anchor, on the side where one part follows another', () => {
  const part = (index: number, startTime: number, endTime: number) => ({
    ...{ name: `part ${index}`, startTime, endTime },
    ...{ index, chosen: false },
  });
  const anchor = { ...span('a', 10, 29, true), parts: [part(0, 10, 17), part(2, 18, 25)] };
  const hitAt = hitterOf({ span: [anchor] });
  expect(hitAt(177, 300)).toEqual({ kind: 'span', uid: 'a', part: 'part-end', index: 0 });
  expect(hitAt(183, 300)).toEqual({ kind: 'span', uid: 'a', part: 'part-start', index: 2 });
  expect(hitAt(262, 300)).toEqual({ kind: 'span', uid: 'a', part: 'part-end', index: 2 });
  // The span's own edge is meant where a part begins with it.
  expect(hitAt(101, 300)).toEqual({ kind: 'span', uid: 'a', part: 'start' });
  expect(hitAt(220, 300)).toMatchObject({ part: 'selected-body' });
  expect(hitterOf({ span: [{ ...anchor, isAnchor: false }] })(177, 300)).toMatchObject({
    part: 'selected-body',
  });
});
