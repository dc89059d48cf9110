import { expect, test } from 'vitest';
import { dragWindow, partAt, toExtent } from './minimap-window';

const view = { from: 4_000, to: 5_000 };

test('the window shows the view, never thinner than can be seen', () => {
  expect(toExtent(view, 10_000, 1_000)).toEqual({ left: 400, right: 500 });
  expect(toExtent({ from: 9_999, to: 10_400 }, 10_000, 1_000)).toEqual({ left: 992, right: 1_000 });
  expect(toExtent({ from: 5_000, to: 5_001 }, 1e7, 1_000)).toEqual({ left: 0, right: 8 });
});

test('its sides resize it, its middle moves it', () => {
  const part = (xPx: number) => partAt(view, 10_000, 1_000, xPx);
  expect([part(398), part(498), part(450), part(600)]).toEqual([
    'start',
    'end',
    'middle',
    'outside',
  ]);
});

test('a drag moves as many bars as its pixels stand for', () => {
  const drag = (part: 'start' | 'end' | 'middle' | 'outside', from: number, to: number) =>
    dragWindow(view, part, from, to, 10_000, 1_000);
  expect(drag('middle', 450, 550)).toEqual({ from: 5_000, to: 6_000 });
  expect(drag('start', 400, 300)).toEqual({ from: 3_000, to: 5_000 });
  expect(drag('end', 500, 100)).toEqual({ from: 4_000, to: 4_008 });
  expect(drag('outside', 800, 800)).toEqual({ from: 7_500, to: 8_500 });
  expect(drag('middle', 450, 5_000)).toEqual({ from: 9_000, to: 10_000 });
});
