import type { Price, UtcSeconds } from '@/contract/units';

const DAY = 86_400;

const MOST_KEPT = 500;
/** Axes ask for the same few numbers at each frame, and Intl takes long for each. */
function kept(format: (value: number) => string): (value: number) => string {
  const texts = new Map<number, string>();
  return (value) => {
    let text = texts.get(value);
    if (text === undefined) {
      if (texts.size === MOST_KEPT) texts.clear();
      text = format(value);
      texts.set(value, text);
    }
    return text;
  };
}

/** 1,234.50 */
export function priceFormatter(digits: number): (price: Price) => string {
  const format = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return kept((price) => format.format(price));
}

const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 2 });
/** 1.56B */
export const formatVolume = kept((volume) => compact.format(volume));

/** 2010-03-09, with the time of day where bars are shorter than a day. */
export function formatTime(time: UtcSeconds, timeframe: number): string {
  const [date = '', clock = ''] = new Date(time * 1000).toISOString().split('T');
  if (timeframe >= DAY) return date;
  return `${date} ${clock.slice(0, timeframe >= 60 ? 5 : 8)}`;
}
