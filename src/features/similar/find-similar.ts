import { NEGATIVE_LABEL } from '@/contract/spans';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import type { SpanRecord } from '@/editor/kinds/span';
import { orderOf, reviewQueue } from '../models/review-queue';
import { selectedSpan } from '../session/commands';
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

/** The panel shows what becomes of it. */
export async function searchFor(
  session: Session,
  wanted: Parameters<Session['searching']['ask']>[0],
) {
  session.view.setState({ tab: 'models', panelOpen: true });
  const search = await session.searching.ask(wanted);
  if (search) showSearch(session, search.id);
}

/** Puts a search's candidates on the chart, best first. */
export function showSearch({ view }: Pick<Session, 'view'>, runId: number) {
  view.setState({ runId, bestFirst: true, minScore: 0, later: [], shown: [], opened: null });
}

/** What is shown now and stays when a new ranking comes: the candidates that somebody may be answering. */
export function nextCandidates({ editor, view }: Session): PredictionRecord[] {
  const state = view.getState();
  return reviewQueue(editor.records(), 0, orderOf(state))
    .map(({ prediction }) => prediction)
    .filter(({ runId, uid }) => runId === state.runId && !state.later.includes(uid))
    .slice(0, KEPT);
}

const KEPT = 20;

/** Back to the models; the candidates stay where they are. */
export function leaveSearch({ view }: Session, newest: number | null) {
  view.setState({ runId: newest, bestFirst: false, later: [], selected: null, minScore: 0.3 });
}
