import { type Clock, shownTime } from '@/contract/clock';
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

/** As in `components/format`. */
const withMinus = (text: string) => text.replace(/^-/, '−');

/** 1,234.50 */
export function priceFormatter(digits: number): (price: Price) => string {
  const format = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return kept((price) => withMinus(format.format(price)));
}

const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 2 });
/** 1.56B */
export const formatVolume = kept((volume) => withMinus(compact.format(volume)));

/** 2010-03-09, with the time of day where bars are shorter than a day, to the millisecond where it has any. */
export function formatTime(time: UtcSeconds, timeframe: number, clock: Clock): string {
  const shown = new Date(Math.round(shownTime(time, timeframe, clock) * 1000)).toISOString();
  if (timeframe >= DAY) return shown.slice(0, 10);
  const end = !shown.endsWith('.000Z') ? 23 : timeframe < 60 ? 19 : 16;
  return shown.slice(0, end).replace('T', ' ');
}
