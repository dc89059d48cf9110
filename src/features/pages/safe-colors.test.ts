import { expect, test } from 'vitest';
import { darkTheme, lightTheme } from '@/chart/theme';
import { SAFE_COLORS } from './safe-colors';

type Rgb = [number, number, number];

/** What people without one kind of cones see of linear light: Machado, Oliveira and Fernandes (2009). */
const SIGHTS: Record<string, [Rgb, Rgb, Rgb]> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const dot = (a: Rgb, b: Rgb) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const linear = (hex: string): Rgb => {
  const channel = (at: number) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
};
const luminance = (hex: string) => dot(linear(hex), [0.2126, 0.7152, 0.0722]);
const contrast = (one: string, other: string) => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

/** In CIELAB, where a distance of 2 is about the least that is seen side by side. */
function seen(hex: string, sight: [Rgb, Rgb, Rgb]): Rgb {
  const light = linear(hex);
  const [r, g, b] = sight.map((row) => Math.min(Math.max(dot(row, light), 0), 1)) as Rgb;
  const root = (share: number) => (share > 0.008856 ? Math.cbrt(share) : 7.787 * share + 16 / 116);
  const x = root(dot([r, g, b], [0.4124564, 0.3575761, 0.1804375]) / 0.95047);
  const y = root(dot([r, g, b], [0.2126729, 0.7151522, 0.072175]));
  const z = root(dot([r, g, b], [0.0193339, 0.119192, 0.9503041]) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

test.each([
  ['dark', darkTheme.canvas, SAFE_COLORS.dark],
  ['light', lightTheme.canvas, SAFE_COLORS.light],
])(
  'safe colours stay apart from the %s canvas and, however one sees, from each other',
  (_, canvas, colors) => {
    for (const color of colors) expect(contrast(color, canvas)).toBeGreaterThanOrEqual(3);
    for (const sight of Object.values(SIGHTS)) {
      for (const [at, color] of colors.entries()) {
        for (const other of colors.slice(at + 1)) {
          const [one, two] = [seen(color, sight), seen(other, sight)];
          expect(Math.hypot(...one.map((value, axis) => value - two[axis]!))).toBeGreaterThan(16);
        }
      }
    }
  },
);
