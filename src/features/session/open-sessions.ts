import type { z } from 'zod';
import type { StoreApi } from 'zustand';
import type { CandleSource, ChartView } from '@/chart/types';
import type { Gap } from '@/contract/candles';
import type { LabelNextAnswer } from '@/contract/examined';
import type { PredictionsWanted } from '@/contract/predictions';
import type { LiveAnswer, liveSearchInput, Search, startSearchInput } from '@/contract/searches';
import type { LabelGroup, Span } from '@/contract/spans';
import { createEditor, type Editor } from '@/editor/editor';
import { isPassing, type trpc } from '@/trpc/client';
import { appHistory } from './app-history';
import { askNext } from './ask-next';
import { type Asking, createAsking } from './asking';
import { type Authors, createAuthors } from './authors';
import { candleSource } from './candle-source';
import { createExamined, type Examined, unsentStorage } from './examined-store';
import { storedRecords } from './record-source';
import { createSync, type Sync } from './sync/sync';
import { cutOf } from './sync/transport';
import { TaskQueue } from './task-queue';
import { type Times, timesOf } from './time-zone';
import { createViewState, type ViewState } from './view-state';

export type SearchWanted = Omit<z.input<typeof startSearchInput>, 'chartId'>;

export type LiveWanted = Omit<z.input<typeof liveSearchInput>, 'chartId' | 'asker'>;
/** Of this window. */
const asker = crypto.randomUUID();

/** What of a chart stays open when another one is looked at: its records, their history, the view. */
export type OpenSession = {
  editor: Editor;
  /** Who made which span, as far as that matters. */
  authors: Authors;
  /** What groups of labels say of overlaps; looked at only when a span is put somewhere. */
  groups: { current: readonly LabelGroup[] };
  sync: Sync;
  /** What people have looked at. */
  examined: Examined;
  predicting: Asking<PredictionsWanted, void>;
  /** For what is like some bars of the chart. */
  searching: Asking<SearchWanted, Search>;
  /** The same while its edges move, at once; nothing is stored. */
  searchLive(wanted: LiveWanted): Promise<LiveAnswer>;
  /** The window to look at now, over all charts. */
  askNext(): Promise<LabelNextAnswer>;
  view: StoreApi<ViewState>;
  /** The chart's candles, through the typed client. */
  candles: CandleSource;
  findGaps(): Promise<Gap[]>;
  /** The chart on the page, while there is one. */
  chartView: { current: ChartView | null };
  /** What changes records, in the order in which it was asked for. */
  tasks: TaskQueue;
};

/** Sessions that stay open; of more, the one looked at least recently is closed once it is saved, unless something was done there. */
const MAX_OPEN = 8;
const open = new Map<number, OpenSession>();
/** How many pages want a chart's session to stay, by chart. */
const holders = new Map<number, number>();

/** The session of a chart in this window, the same one each time, so that undo survives a detour. */
export function openSession(
  chartId: number,
  utils: ReturnType<typeof trpc.useUtils>,
  activeLabel: string | null,
): OpenSession {
  const session = open.get(chartId) ?? createSession(chartId, utils, activeLabel);
  open.delete(chartId);
  open.set(chartId, session);
  for (const [id, other] of open) {
    if (open.size <= MAX_OPEN) break;
    if (id === chartId || holders.has(id) || isUnsaved(other) || hasSteps(other)) continue;
    other.sync.close();
    other.examined.close();
    open.delete(id);
  }
  return session;
}

/** Keeps the sessions of these charts open, once they are, until what it answers is called. */
export function holdSessions(chartIds: readonly number[]): () => void {
  const add = (by: number) => {
    for (const id of chartIds) {
      const count = (holders.get(id) ?? 0) + by;
      if (count > 0) holders.set(id, count);
      else holders.delete(id);
    }
  };
  add(1);
  return () => add(-1);
}

/** Whether a change in any open chart is not saved yet. */
export const isAnyUnsaved = () => [...open.values()].some(isUnsaved);

/** What was done there can be taken back from wherever one is. */
const hasSteps = ({ editor }: OpenSession) => editor.canUndo() || editor.canRedo();

const isUnsaved = ({ sync, examined }: OpenSession) =>
  sync.state().waiting > 0 || examined.getState().pending.length > 0;

/** What is said of spans that were cut where another one of their group lies. */
function cutNotice([first, ...others]: readonly Span[], times: Times): string | null {
  if (!first) return null;
  const range = times.range(first.startTime, first.endTime);
  const cause = 'other spans of the group lie beside it';
  return others.length > 0
    ? `${others.length + 1} spans were cut to what is free, the first to ${range}: ${cause}.`
    : `The span was cut to what is free, ${range}: ${cause}.`;
}

function createSession(
  chartId: number,
  utils: ReturnType<typeof trpc.useUtils>,
  activeLabel: string | null,
): OpenSession {
  const { client } = utils;
  const view = createViewState(activeLabel);
  const authors = createAuthors();
  const source = storedRecords(client, chartId, () => utils.annotations.types.getData() ?? [], {
    read: authors.note,
    saved(sent, stored) {
      authors.note(stored, new Set(sent.created.map(({ uid }) => uid)));
      const notice = cutNotice(
        cutOf(sent, stored),
        timesOf(
          utils.charts.get.getData({ chartId }) ?? {
            ...{ id: chartId, timeframe: null, exchangeZone: null },
          },
        ),
      );
      if (notice) view.setState({ notice });
    },
  });
  const editor = createEditor({ isReadOnly: source.saving === null });
  const name = () =>
    utils.charts.get.getData({ chartId })?.name ??
    utils.charts.list.getData()?.find(({ id }) => id === chartId)?.name ??
    `chart ${chartId}`;
  appHistory.follow({ editor, name });
  // What came of one thing is not true any more once another one is done, or it is taken back.
  editor.subscribe(({ origin }) => {
    if (origin === 'user') view.setState({ notice: null });
  });
  return {
    editor,
    authors,
    groups: { current: [] },
    sync: createSync({ editor, source }),
    examined: createExamined({
      editor,
      isPassing,
      unsentStore: unsentStorage(chartId),
      transport: {
        mark: (bars, source) => client.examined.mark.mutate({ chartId, source, ...bars }),
        unmark: (bars) => client.examined.unmark.mutate({ chartId, ...bars }),
        revert: (rev) => client.examined.revert.mutate({ chartId, rev }),
      },
    }),
    predicting: createAsking(async (wanted) => {
      await client.predictions.request.mutate(wanted);
      await utils.predictions.progress.invalidate();
    }),
    searching: createAsking(async (wanted) => {
      const search = await client.searches.start.mutate({ chartId, ...wanted });
      await utils.searches.list.invalidate({ chartId });
      return search;
    }),
    searchLive: (wanted) => client.searches.live.query({ chartId, asker, ...wanted }),
    askNext: () => askNext(client),
    view,
    candles: candleSource(utils, chartId),
    findGaps: async () => {
      const { gaps } = utils.candles;
      return (await gaps.fetch({ chartId }, { staleTime: Number.POSITIVE_INFINITY })).gaps;
    },
    chartView: { current: null },
    tasks: new TaskQueue((error) => console.warn('A change was not made', error)),
  };
}
