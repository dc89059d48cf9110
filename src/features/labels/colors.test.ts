import { expect, it } from 'vitest';
import { suggestColors, toLab } from './colors';

const apart = (one: string, other: string) => {
  const [a, b] = [toLab(one), toLab(other)];
  if (!a || !b) throw new Error(`${one} or ${other} is no colour`);
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
};
const closest = (colors: readonly string[]) =>
  Math.min(...colors.flatMap((one, at) => colors.slice(at + 1).map((other) => apart(one, other))));

it('keeps colours apart, however many there are', () => {
  // A difference of 0.02 in OKLab is about the least that is noticed.
  expect(closest(suggestColors([], 8))).toBeGreaterThan(0.12);
  expect(closest(suggestColors([], 40))).toBeGreaterThan(0.04);
  expect(new Set(suggestColors([], 400)).size).toBe(400);
});

it('takes the one that is farthest from what is there', () => {
  const taken = ['#5b9dff', '#e58a3c'];
  const [next = ''] = suggestColors(taken, 1);
  const worst = Math.min(...taken.map((each) => apart(next, each)));
  for (const other of suggestColors([], 60)) {
    expect(Math.min(...taken.map((each) => apart(other, each)))).toBeLessThanOrEqual(worst + 1e-9);
  }
});

it('is read on the panels of both themes', () => {
  const part = (value: number) =>
    value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = (hex: string) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) =>
      part(Number.parseInt(hex.slice(at, at + 2), 16) / 255),
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  for (const color of suggestColors([], 100)) {
    expect(luminance('#f7f8fa') / luminance(color), color).toBeGreaterThanOrEqual(2.99);
    expect(luminance(color) / luminance('#12171f'), color).toBeGreaterThanOrEqual(2.99);
  }
});

it('passes over colours of old data that are none', () => {
  expect(suggestColors(['red', '#12'], 1)[0]).toMatch(/^#[0-9a-f]{6}$/);
});
