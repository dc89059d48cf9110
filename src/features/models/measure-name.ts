const PARTS: [RegExp, string][] = [
  [/^shape_(\d+)$/, 'Close in part $1 of 8'],
  [/^close_(\d+)_of_(\d+)$/, 'Close at point $1 of $2'],
  [/^quarter_(\d)_(lowest|highest)$/, '$2 close of quarter $1'],
  [/^break_(above|below)_(\d+)$/, 'Last close $1 the $2 before'],
  [/^move_before_([\d.]+)$/, 'Move before, over $1 lengths'],
  [/^before_(lowest|highest)_([\d.]+)$/, '$1 close before, within $2 lengths'],
  [/^edge_(before|first|last)_(\d)$/, 'Close at the edge: $1, $2'],
  [/^turns_([\d.]+)$/, 'Turns of $1 of the range'],
  [/^direction_([\d.]+)$/, 'Direction after turns of $1 of the range'],
  [/^last_(.*)$/, 'Last candle: $1'],
  [/^before_(.*)_(\d+)$/, 'Over the $2 candles before: $1'],
  [/^candles_(.*)$/, 'Candles $1'],
  [/^(.*)_atr$/, '$1, in ATR'],
];

/** A measure of the model service (`candle_ml.features`) in words; an unknown one by its own name. */
export function measureName(feature: string): string {
  const found = PARTS.find(([pattern]) => pattern.test(feature));
  const name = (found ? feature.replace(...found) : feature).replaceAll('_', ' ');
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
