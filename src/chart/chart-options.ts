import {
  type ChartOptions,
  ColorType,
  CrosshairMode,
  type DeepPartial,
  LineStyle,
  PriceScaleMode,
  type TickMarkType,
} from 'lightweight-charts';
import { formatTime, formatVolume, priceFormatter } from './format';
import { type ChartTheme, withAlpha } from './theme';
import type { ZonedTimeScale } from './zoned-time-scale';

export const FONT_FAMILY = "'Inter Variable', Inter, system-ui, sans-serif";
/** Shares of the price pane; the room above is in pixels, and for as many lanes as there are. */
export const PRICE_MARGINS = { top: 0, bottom: 0.06 };
const VOLUME_OPACITY = 0.5;

/** The price axis, before longer prices make it wider. */
export const MIN_AXIS_PX = 62;

/** Panning and zooming are our own: the library's would lose their start when the window is swapped. */
export const BEHAVIOUR: DeepPartial<ChartOptions> = {
  autoSize: true,
  handleScroll: false,
  handleScale: {
    mouseWheel: false,
    pinch: false,
    axisPressedMouseMove: { time: false, price: true },
    axisDoubleClickReset: { time: false, price: true },
  },
  timeScale: {
    minBarSpacing: 0.01,
    shiftVisibleRangeOnNewBar: false,
    enableConflation: false,
    minimumHeight: 28,
    allowBoldLabels: true,
  },
  crosshair: { mode: CrosshairMode.Normal },
  rightPriceScale: {
    scaleMargins: PRICE_MARGINS,
    minimumWidth: MIN_AXIS_PX,
    entireTextOnly: true,
  },
};

export function themeOptions(theme: ChartTheme): DeepPartial<ChartOptions> {
  const line = {
    color: theme.faint,
    style: LineStyle.Dashed,
    width: 1,
    labelBackgroundColor: theme.line,
  } as const;
  return {
    layout: {
      background: { type: ColorType.Solid, color: theme.canvas },
      textColor: theme.muted,
      fontSize: 11,
      fontFamily: FONT_FAMILY,
      // The page names the library and links to it, which is what its licence asks for.
      attributionLogo: false,
      panes: {
        separatorColor: theme.line,
        separatorHoverColor: withAlpha(theme.accent, 0.25),
        enableResize: true,
      },
    },
    grid: { vertLines: { color: theme.grid }, horzLines: { color: theme.grid } },
    crosshair: { vertLine: line, horzLine: line },
    rightPriceScale: { borderColor: theme.line },
    timeScale: { borderColor: theme.line },
  };
}

export const candleOptions = (theme: ChartTheme) => ({
  upColor: theme.hollow ? theme.canvas : theme.up,
  downColor: theme.down,
  borderUpColor: theme.up,
  borderDownColor: theme.down,
  wickUpColor: theme.up,
  wickDownColor: theme.down,
  borderVisible: theme.hollow,
  priceLineVisible: false,
  lastValueVisible: false,
});

export const priceFormat = (digits: number) => ({
  type: 'custom' as const,
  formatter: priceFormatter(digits),
  minMove: 10 ** -digits,
});

export const VOLUME_OPTIONS = {
  priceFormat: { type: 'custom' as const, formatter: formatVolume, minMove: 1 },
  priceLineVisible: false,
  lastValueVisible: false,
};

export const volumeColors = (theme: ChartTheme) => ({
  up: withAlpha(theme.up, VOLUME_OPACITY),
  down: withAlpha(theme.down, VOLUME_OPACITY),
});

export const scaleMode = (log: boolean) => ({
  mode: log ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal,
});

const DAY = 86_400;
export function timeOptions(scale: ZonedTimeScale): DeepPartial<ChartOptions> {
  const { timeframe, clock } = scale;
  return {
    timeScale: {
      timeVisible: timeframe < DAY,
      secondsVisible: timeframe < 60,
      tickMarkFormatter: (time: unknown, type: TickMarkType) =>
        scale.markText(time as number, type),
    },
    localization: {
      timeFormatter: (time: unknown) => formatTime(time as number, timeframe, clock),
    },
  };
}
