import type { ChartView } from '@/chart/types';
import { MAX_KEPT, type Search } from '@/contract/searches';
import { NEGATIVE_LABEL } from '@/contract/spans';
import { spansOf } from '@/editor/derived';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import type { SpanRecord } from '@/editor/kinds/span';
import { orderOf, reviewQueue } from '../models/review-queue';
import { selectedSpan } from '../session/commands';
import type { SearchWanted } from '../session/open-sessions';
import type { Session } from '../session/session';

/** The selected span, where it is one that something can be like. */
export function selectedPattern(session: Session): SpanRecord | null {
  const span = selectedSpan(session);
  return span && span.label !== NEGATIVE_LABEL ? span : null;
}

/** Has what is like the selected span looked for, here and on the other charts, and shows what is found. */
export async function findSimilar(session: Session, otherCharts: number[] = []) {
  const span = selectedPattern(session);
  if (!span) return;
  const { startTime, endTime, label } = span;
  await searchFor(session, { startTime, endTime, label, otherCharts });
}

/** The panel shows what becomes of it; the chart goes to the best candidate, unless it is to `stay`. */
export async function searchFor(
  session: Session,
  wanted: SearchWanted,
  { stay = false }: { stay?: boolean } = {},
) {
  session.view.setState({ tab: 'models', panelOpen: true });
  const search = await session.searching.ask(wanted);
  if (!search) return;
  if (stay) session.view.setState({ stayAt: search.id });
  showSearch(session, search.id);
}

/** Puts a search's candidates on the chart, best first. */
export function showSearch({ view }: Pick<Session, 'view'>, runId: number) {
  view.setState({ runId, bestFirst: true, minScore: 0, later: [], shown: [], opened: null });
}

/** Takes the example in hand, where the span that it was is still there, and leaves the panel open. */
export function showExample({ editor, view }: Session, chart: ChartView, { query }: Search) {
  const { startTime, endTime } = query;
  const span = spansOf(editor.records()).find(
    (record) => record.startTime === startTime && record.endTime === endTime,
  );
  view.setState({ selected: span?.uid ?? null, edge: null });
  void chart.showRange(startTime, endTime);
}

/** What stays when a new ranking comes: the candidates that somebody may be answering, and those put off. */
export function nextCandidates({ editor, view }: Session): PredictionRecord[] {
  const state = view.getState();
  const open = reviewQueue(editor.records(), 0, orderOf(state)).map(({ prediction }) => prediction);
  const isLater = ({ uid }: PredictionRecord) => state.later.includes(uid);
  const next = open.filter((candidate) => !isLater(candidate)).slice(0, NEXT);
  return [...next, ...open.filter(isLater)].slice(0, MAX_KEPT);
}

/** More would put off what the new ranking knows. */
const NEXT = 3;

/** Back to the models; the candidates stay where they are. */
export function leaveSearch({ view }: Session, newest: number | null) {
  view.setState({ runId: newest, bestFirst: false, later: [], selected: null, minScore: 0.3 });
}
