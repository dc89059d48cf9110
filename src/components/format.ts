const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY = 86_400;
const pad = (value: number) => String(value).padStart(2, '0');

/** Says what the clocks show at a moment (Unix seconds) as if that were UTC. */
export type Shown = (time: number, timeframe: number | null) => number;
const utc: Shown = (time) => time;

const isoOf = (time: number, timeframe: number | null, shown: Shown) =>
  new Date(Math.round(shown(time, timeframe) * 1000)).toISOString();

/** The time of day: to the minute, or as fine as the bars and the time itself are. */
function timeOfDay(iso: string, timeframe: number | null): string {
  const isWhole = iso.endsWith(':00.000Z') && (timeframe === null || timeframe >= 60);
  return iso.slice(11, !iso.endsWith('.000Z') ? 23 : isWhole ? 16 : 19);
}

/** `2010-02-08`, with the time of day when bars are shorter than a day. Unix seconds; UTC unless `shown` says otherwise. */
export function formatTime(time: number, timeframe: number | null, shown = utc): string {
  const iso = isoOf(time, timeframe, shown);
  const day = iso.slice(0, 10);
  return timeframe !== null && timeframe >= DAY ? day : `${day} ${timeOfDay(iso, timeframe)}`;
}

/** `8 Feb – 23 Mar 2010`; what both ends share is said once. */
export function formatRange(
  from: number,
  to: number,
  timeframe: number | null,
  shown = utc,
): string {
  const a = new Date(isoOf(from, timeframe, shown));
  const b = new Date(isoOf(to, timeframe, shown));
  const clock = (date: Date) =>
    timeframe !== null && timeframe >= DAY ? '' : ` ${timeOfDay(date.toISOString(), timeframe)}`;
  const day = (date: Date) => `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
  const sameYear = a.getUTCFullYear() === b.getUTCFullYear();
  const sameMonth = sameYear && a.getUTCMonth() === b.getUTCMonth();
  const sameDay = sameMonth && a.getUTCDate() === b.getUTCDate();
  const year = (date: Date) => ` ${date.getUTCFullYear()}`;
  if (sameDay) {
    return clock(a) ? `${day(a)}${year(a)}${clock(a)} –${clock(b)}` : `${day(a)}${year(a)}`;
  }
  const start = sameMonth && !clock(a) ? String(a.getUTCDate()) : day(a);
  return `${start}${sameYear ? '' : year(a)}${clock(a)} – ${day(b)}${year(b)}${clock(b)}`;
}

// Made once: `toLocaleString` makes a new one at each call, which a moving pointer feels.
const prices = new Map<number, Intl.NumberFormat>();
const volumes = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 2 });
const counts = new Intl.NumberFormat('en-US');

/** Typography's minus, as wide as a plus; files keep the hyphen, which programs read. */
const withMinus = (text: string) => text.replace(/^-/, '−');

/** `0.39`, `−1.20`; what is rounded to nothing has no sign. */
export const formatFixed = (value: number, digits: number): string =>
  withMinus((Math.round(value * 10 ** digits) === 0 ? 0 : value).toFixed(digits));

/** `+0.03`, `−0.01` */
export const formatSigned = (value: number, digits: number): string => {
  const text = formatFixed(value, digits);
  return text.startsWith('−') ? text : `+${text}`;
};

/** Of a prediction or candidate, 0 to 1: the same wherever it stands. */
export const formatScore = (score: number): string => formatFixed(score, 2);

/** A figure of which nothing is known: `1234`, `−0.01235`. */
export const formatFigure = (value: number): string =>
  withMinus(String(Number(value.toPrecision(4))));

export function formatPrice(price: number, precision: number): string {
  let format = prices.get(precision);
  if (!format) {
    const digits = { minimumFractionDigits: precision, maximumFractionDigits: precision };
    format = new Intl.NumberFormat('en-US', digits);
    prices.set(precision, format);
  }
  return withMinus(format.format(price));
}

/** `1.56B` */
export const formatVolume = (volume: number): string => withMinus(volumes.format(volume));

export const formatCount = (count: number): string => withMinus(counts.format(count));

/** `+6.8%` */
export function formatPercent(percent: number, digits = 1): string {
  return `${formatSigned(percent, digits)}%`;
}

const UNITS: [seconds: number, unit: string][] = [
  [86_400, 'D'],
  [3_600, 'h'],
  [60, 'm'],
];

/** `1D`, `4h`, `15m`, `250ms`: the field's short names. */
export function formatTimeframe(seconds: number): string {
  if (seconds === 2_592_000) return '1M';
  if (seconds === 604_800) return '1W';
  if (seconds < 1) return `${Math.round(seconds * 1e6) / 1_000}ms`;
  const unit = UNITS.find(([length]) => seconds % length === 0);
  return unit ? `${seconds / unit[0]}${unit[1]}` : `${seconds}s`;
}

const DURATIONS: [seconds: number, unit: string][] = [
  [DAY, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
];

/** `3 days`, `1.5 hours`: rounded to what a person would say. */
export function formatDuration(seconds: number): string {
  const [length, unit] = DURATIONS.find(([shortest]) => seconds >= shortest) ?? [1, 'second'];
  const amount = Math.round((seconds / length) * 10) / 10;
  return `${formatCount(amount)} ${unit}${amount === 1 ? '' : 's'}`;
}

const BYTE_UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** `45.2 MB` */
export function formatBytes(bytes: number): string {
  const power = bytes < 1_000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), 4);
  const value = bytes / 1_000 ** power;
  const digits = power === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${BYTE_UNITS[power]}`;
}

/** `0:12`, `3:05`, `1:02:03` */
export function formatClock(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60];
  const rest = pad(whole % 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** `2 min ago`; both in Unix seconds. */
export function formatAgo(time: number, now: number): string {
  const seconds = Math.max(0, now - time);
  if (seconds < 60) return 'just now';
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < DAY) return `${Math.floor(seconds / 3_600)} h ago`;
  return formatTime(time, DAY);
}

/** `Trend line` for `trend line`. */
export const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
