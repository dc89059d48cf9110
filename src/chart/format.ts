import type { Price, UtcSeconds } from '@/contract/units';

const DAY = 86_400;

/** 1,234.50 */
export function priceFormatter(digits: number): (price: Price) => string {
  const format = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return (price) => format.format(price);
}

const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 2 });
/** 1.56B */
export const formatVolume = (volume: number) => compact.format(volume);

/** 2010-03-09, with the time of day where bars are shorter than a day. */
export function formatTime(time: UtcSeconds, timeframe: number): string {
  const [date = '', clock = ''] = new Date(time * 1000).toISOString().split('T');
  if (timeframe >= DAY) return date;
  return `${date} ${clock.slice(0, timeframe >= 60 ? 5 : 8)}`;
}
