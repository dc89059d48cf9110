import { createStore } from 'zustand';
import type { ChartBar } from '@/chart/chart-bar';
import type { FoldedPill } from '@/chart/folded-pills';
import type { IndicatorId } from '@/chart/indicators/catalogue';
import type { ChartState } from '@/chart/types';
import type { LabelNextAnswer } from '@/contract/examined';
import type { LiveAnswer } from '@/contract/searches';
import type { Px, UtcSeconds } from '@/contract/units';
import { INITIAL, type ToolState } from '@/editor/tools';

export type PanelTab = 'spans' | 'markers' | 'models' | 'labels';

/** `hasFocus`: a click or a key opened it, and it stays until it is left. */
export type OpenFold = { pill: FoldedPill; hasFocus: boolean };

export type LiveSearch = { label: string; answer: LiveAnswer };

/** How the chart is looked at: nothing of it is saved, everything of it is this window's own. */
export type ViewState = {
  tool: ToolState;
  /** Whether a span that is ended by a key is followed by the next one. */
  segmenting: boolean;
  /** The label that a new span gets. */
  activeLabel: string | null;
  /** uid of the selected record; of several, the anchor. */
  selected: string | null;
  /** uids that are selected together; they count while the anchor is one of them. */
  selection: readonly string[];
  /** What the list on the page shows, as its search and filters let through; null while there is none. */
  listed: Iterable<{ uid: string }> | null;
  /** uid of the prediction that the last verdict opened by itself. */
  opened: string | null;
  /** Time of the bar that the keyboard works at. */
  cursorTime: UtcSeconds | null;
  /** Time of the turn of prices that the bar cursor was at last, if it has gone on from it by bars only. */
  turnTime: UtcSeconds | null;
  /** The span that was drawn last as another one like it, and over how many turns. */
  repeated: { uid: string; turns: number | null } | null;
  hidden: boolean;
  logScale: boolean;
  /** On the chart, in the order of the list. */
  indicators: readonly IndicatorId[];
  /** Seconds per bar; null is the chart's own. */
  timeframe: number | null;
  tab: PanelTab;
  panelOpen: boolean;
  panelWidth: number;
  /** The run whose predictions are on the chart. */
  runId: number | null;
  /** The run is a search: what waits for review comes best first, and not in order of time. */
  bestFirst: boolean;
  /** uids of predictions that are to come last, in that order. */
  later: readonly string[];
  /** uids of candidates that an earlier ranking has shown: they stay before those of a new one. */
  shown: readonly string[];
  /** Windows most like an example while its edges move; null while they do not. */
  live: LiveSearch | null;
  /** The window to look at now, and why; null where nobody asked. */
  next: LabelNextAnswer | null;
  /** The search that a moved edge asked for: the view stays where the edge is. */
  stayAt: number | null;
  /** The edge of the selected span that the arrow keys move; null while they move the bar cursor. */
  edge: 'start' | 'end' | null;
  /** The part of the selected span that is worked on: its place among all, and whether it is to be named. */
  part: { index: number; isNew: boolean } | null;
  /** Predictions below it are not shown. */
  minScore: number;
  /** The bar under the pointer. */
  hovered: ChartBar | null;
  /** What the rule of its group makes of the span that is being drawn or moved, as a sentence. */
  fit: string | null;
  /** What came of something that was done, to be said over the chart. */
  notice: string | null;
  /** The revision after which the chart is shown; null is now. */
  asOf: number | null;
  /** The context menu's place, in CSS pixels from the chart's top left, and whether it is of what is selected. */
  menu: { xPx: Px; yPx: Px; isOnAnnotation: boolean } | null;
  /** The "+n" over the candles that is open. */
  folded: OpenFold | null;
  chartState: ChartState;
  dialog:
    | 'import'
    | 'export'
    | 'export-all'
    | 'keys'
    | 'goto'
    | 'palette'
    | 'labels'
    | 'history'
    | 'revisions'
    | 'zone'
    | null;
  /** The label that was taken from the menu, until its command has run. */
  pickedLabel: string | null;
};

/** What ends when a chart is left; the rest is as it was when it is opened again. */
export const AWAY = {
  tool: INITIAL,
  segmenting: false,
  hovered: null,
  menu: null,
  folded: null,
  live: null,
  fit: null,
  notice: null,
  asOf: null,
  pickedLabel: null,
  chartState: { loading: true, error: null, empty: false, dataRev: null, timeframe: null },
  dialog: null,
} satisfies Partial<ViewState>;

export function createViewState(activeLabel: string | null) {
  return createStore<ViewState>(() => ({
    ...AWAY,
    activeLabel,
    selected: null,
    selection: [],
    listed: null,
    opened: null,
    cursorTime: null,
    turnTime: null,
    repeated: null,
    hidden: false,
    logScale: false,
    indicators: [],
    timeframe: null,
    tab: 'spans',
    panelOpen: true,
    panelWidth: 332,
    runId: null,
    bestFirst: false,
    later: [],
    shown: [],
    next: null,
    stayAt: null,
    edge: null,
    part: null,
    minScore: 0.3,
  }));
}
