/* Colours of labels, in OKLab: there, distance is how different two colours look. */

type Lab = readonly [lightness: number, a: number, b: number];
type Candidate = { hex: string; lab: Lab };

/**
 * What a label may be given: all hues at four lightnesses and three strengths, as far as a screen shows
 * them and with a contrast of 3:1 to the panels of both themes.
 */
let made: Candidate[] | null = null;
const candidates = () => {
  made ??= makeCandidates();
  return made;
};

/** So many colours, each the farthest from those that are taken and from the ones before it. */
export function suggestColors(taken: readonly string[], count: number): string[] {
  const others = taken.map(toLab).filter((lab) => lab !== null);
  const all = candidates();
  const distance = all.map(({ lab }) => nearest(lab, others));
  return Array.from({ length: count }, () => {
    const at = distance.indexOf(Math.max(...distance));
    const chosen = all[at];
    if (!chosen) return '';
    for (const [index, { lab }] of all.entries()) {
      distance[index] = Math.min(distance[index] ?? 0, apart(lab, chosen.lab));
    }
    return chosen.hex;
  });
}

const nearest = (lab: Lab, others: readonly Lab[]) =>
  others.reduce((least, other) => Math.min(least, apart(lab, other)), Number.POSITIVE_INFINITY);

function apart(one: Lab, other: Lab): number {
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}

function makeCandidates(): Candidate[] {
  const all: Candidate[] = [];
  for (const lightness of [0.65, 0.61, 0.57, 0.53]) {
    for (const chroma of [0.17, 0.12, 0.07]) {
      for (let hue = 0; hue < 360; hue += 5) {
        const angle = ((hue + 255) * Math.PI) / 180;
        const lab: Lab = [lightness, chroma * Math.cos(angle), chroma * Math.sin(angle)];
        const rgb = toRgb(lab);
        const isShown = rgb.every((part) => part >= 0 && part <= 1);
        if (isShown && contrasts(rgb)) all.push({ hex: toHex(rgb), lab });
      }
    }
  }
  return all;
}

/** Luminance of the panels: of the light theme, and of the dark one. */
const LIGHT = 0.937;
const DARK = 0.009;

function contrasts(rgb: readonly number[]): boolean {
  const [r = 0, g = 0, b = 0] = rgb.map(toLinear);
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return (LIGHT + 0.05) / (luminance + 0.05) >= 3 && (luminance + 0.05) / (DARK + 0.05) >= 3;
}

const toLinear = (part: number) =>
  part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
const fromLinear = (part: number) =>
  part <= 0.003_130_8 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055;

const toHex = (rgb: readonly number[]) =>
  `#${rgb
    .map((part) =>
      Math.round(part * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;

/** After Björn Ottosson, https://bottosson.github.io/posts/oklab (2020); null for what is no #rrggbb. */
export function toLab(hex: string): Lab | null {
  const parts = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  if (!parts) return null;
  const [r = 0, g = 0, b = 0] = parts
    .slice(1)
    .map((part) => toLinear(Number.parseInt(part, 16) / 255));
  const l = Math.cbrt(0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b);
  const m = Math.cbrt(0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b);
  const s = Math.cbrt(0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b);
  return [
    0.210_454_255_3 * l + 0.793_617_785 * m - 0.004_072_046_8 * s,
    1.977_998_495_1 * l - 2.428_592_205 * m + 0.450_593_709_9 * s,
    0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766 * s,
  ];
}

function toRgb([lightness, a, b]: Lab): number[] {
  const l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b) ** 3;
  const m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b) ** 3;
  const s = (lightness - 0.089_484_177_5 * a - 1.291_485_548 * b) ** 3;
  return [
    4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
    -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
    -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s,
  ].map((part) => (part < 0 ? part : fromLinear(part)));
}
