import type { StoreApi } from 'zustand';
import { INDICATOR_IDS, type IndicatorId } from '@/chart/indicators/catalogue';
import type { ViewState } from '../session/view-state';

/** Shows an indicator, or takes it away; always in the order of the list. */
export function toggleIndicator(view: StoreApi<ViewState>, id: IndicatorId) {
  view.setState(({ indicators }) => ({
    indicators: INDICATOR_IDS.filter((each) => (each === id) !== indicators.includes(each)),
  }));
}
