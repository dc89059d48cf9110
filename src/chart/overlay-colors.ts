import { type ChartTheme, mix, withAlpha } from './theme';

/** What a label's colour becomes on the canvas. */
export type Shades = {
  band: string;
  bandSelected: string;
  hairline: string;
  edge: string;
  pill: string;
  pillSelected: string;
  pillPredicted: string;
  line: string;
};

/** Mixed once per colour and theme. */
export class OverlayColors {
  private readonly known = new Map<string, Shades>();
  private readonly isDark: boolean;

  constructor(readonly theme: ChartTheme) {
    this.isDark = Number.parseInt(theme.canvas.slice(1, 3), 16) < 128;
  }

  of(color: string): Shades {
    let shades = this.known.get(color);
    if (!shades) {
      const { canvas } = this.theme;
      const { isDark } = this;
      shades = {
        band: withAlpha(color, isDark ? 0.13 : 0.1),
        bandSelected: withAlpha(color, isDark ? 0.26 : 0.2),
        hairline: withAlpha(color, isDark ? 0.5 : 0.55),
        edge: color,
        pill: mix(color, canvas, isDark ? 0.26 : 0.16),
        pillSelected: mix(color, canvas, isDark ? 0.42 : 0.3),
        pillPredicted: mix(color, canvas, isDark ? 0.06 : 0.04),
        line: isDark ? mix(color, canvas, 0.85) : color,
      };
      this.known.set(color, shades);
    }
    return shades;
  }
}
