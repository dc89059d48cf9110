import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';
import type { ChartTheme } from './theme';

/** What is drawn on a chart in its theme. */
export abstract class ThemedPrimitive {
  protected requestUpdate = () => {};

  constructor(protected theme: ChartTheme) {}

  attached({ requestUpdate }: SeriesAttachedParameter<Time>) {
    this.requestUpdate = requestUpdate;
  }

  setTheme(theme: ChartTheme) {
    this.theme = theme;
    this.requestUpdate();
  }
}

export type DrawTarget = Parameters<IPrimitivePaneRenderer['draw']>[0];

/** What is drawn under the candles, and on one of the axes. */
export abstract class AxisPrimitive extends ThemedPrimitive {
  protected readonly onAxis: IPrimitivePaneView[];
  private readonly onPane: IPrimitivePaneView[];

  constructor(theme: ChartTheme) {
    super(theme);
    const under: IPrimitivePaneRenderer = {
      draw: () => {},
      drawBackground: (target) => this.drawUnder(target),
    };
    const axis: IPrimitivePaneRenderer = { draw: (target) => this.drawOnAxis(target) };
    this.onPane = [{ renderer: () => under }];
    this.onAxis = [{ renderer: () => axis }];
  }

  paneViews() {
    return this.onPane;
  }

  protected abstract drawUnder(target: DrawTarget): void;
  protected abstract drawOnAxis(target: DrawTarget): void;
}
