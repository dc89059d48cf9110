/**
 * Colours that stay apart for every kind of colour blindness, those of Okabe and Ito without black and yellow, and
 * two of Tol's: https://jfly.uni-koeln.de/color/ and https://personal.sron.nl/~pault/
 */
const SAFE_COLORS = [
  '#0072b2',
  '#e69f00',
  '#cc79a7',
  '#009e73',
  '#56b4e9',
  '#d55e00',
  '#999933',
  '#882255',
];

/** The labels as they are shown while a person wants colours that are safe: what is stored stays. */
export const withSafeColors = <Label extends { color: string }>(
  labels: readonly Label[],
): Label[] =>
  labels.map((label, at) => ({
    ...label,
    color: SAFE_COLORS[at % SAFE_COLORS.length] ?? label.color,
  }));
