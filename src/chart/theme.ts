/** CSS hex colours (#rrggbb). */
export type ChartTheme = {
  canvas: string;
  panel: string;
  line: string;
  grid: string;
  text: string;
  muted: string;
  faint: string;
  accent: string;
  accentBackground: string;
  up: string;
  down: string;
  warning: string;
  /** Rising candles are drawn as outlines. */
  hollow: boolean;
};

export const darkTheme: ChartTheme = {
  canvas: '#0d1117',
  panel: '#12171f',
  line: '#232c38',
  grid: '#171d26',
  text: '#e4e9f0',
  muted: '#a3aebc',
  faint: '#7f8b9b',
  accent: '#5b9dff',
  accentBackground: '#1a2c4a',
  up: '#2fb8a2',
  down: '#f0705f',
  warning: '#e8b339',
  hollow: false,
};

export const lightTheme: ChartTheme = {
  canvas: '#ffffff',
  panel: '#f7f8fa',
  line: '#dfe3e9',
  grid: '#f0f2f5',
  text: '#1a212b',
  muted: '#4d5866',
  faint: '#667180',
  accent: '#1a63d6',
  accentBackground: '#e3edfd',
  up: '#0b7a69',
  down: '#c53a26',
  warning: '#8a5a00',
  hollow: false,
};

/** Blue and orange stay apart for every kind of colour blindness; green and red do not. The page's own are in `globals.css`. */
export const SAFE_DIRECTIONS = {
  dark: { up: '#56b4e9', down: '#f0904a' },
  light: { up: '#0062a3', down: '#b34700' },
} as const;

const byte = (hex: string, at: number) => Number.parseInt(hex.slice(at, at + 2), 16);

/** `#rrggbb` with an opacity of 0 to 1. */
export function withAlpha(hex: string, alpha: number): string {
  return `rgba(${byte(hex, 1)}, ${byte(hex, 3)}, ${byte(hex, 5)}, ${alpha})`;
}

/** `share` of `over` laid on `under`. */
export function mix(over: string, under: string, share: number): string {
  const channel = (at: number) =>
    Math.round(byte(over, at) * share + byte(under, at) * (1 - share))
      .toString(16)
      .padStart(2, '0');
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}
