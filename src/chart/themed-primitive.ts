import type { SeriesAttachedParameter, Time } from 'lightweight-charts';
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
