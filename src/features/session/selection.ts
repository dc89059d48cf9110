import type { ViewRange } from '@/chart/types';
import { formatCount } from '@/components/format';
import { assertNever } from '@/contract/assert-never';
import type { UtcSeconds } from '@/contract/units';
import type { Anchor } from '@/editor/anchor';
import { definitionOf, type EditorRecord, type Kind } from '@/editor/kinds/kinds';
import type { SpanRecord } from '@/editor/kinds/span';
import type { OpenSession } from './open-sessions';
import type { PanelTab, ViewState } from './view-state';

type Editing = Pick<OpenSession, 'editor' | 'view'>;
type Selected = Pick<ViewState, 'selected' | 'selection'>;

/** uids of all that is selected, the anchor among them. */
export function selectedUids({ selected, selection }: Selected): readonly string[] {
  if (selected === null) return [];
  return selection.includes(selected) ? selection : [selected];
}

/** What is moved where one of them is dragged: the selection that it belongs to, or it alone. */
export function movedWith(state: Selected, uid: string): readonly string[] {
  const uids = selectedUids(state);
  return uids.includes(uid) ? uids : [uid];
}

/** All that is selected, in the order of time. */
export function selectedRecords({ editor, view }: Editing): EditorRecord[] {
  return selectedUids(view.getState())
    .flatMap((uid) => editor.get(uid) ?? [])
    .sort((a, b) => rangeOf(a)[0] - rangeOf(b)[0]);
}

export const selectedSpans = (session: Editing): SpanRecord[] =>
  selectedRecords(session).filter((record) => record.kind === 'span');

/** Selects a record as the anchor of a selection, and opens the panel's tab where it is. */
export function choose(
  { editor, view }: Editing,
  uid: string | null,
  selection: readonly string[],
) {
  const record = uid ? editor.get(uid) : undefined;
  view.setState({
    edge: null,
    part: null,
    selection,
    ...(record ? { selected: uid, tab: tabOf(record.kind) } : { selected: null }),
  });
}

function tabOf(kind: Kind): PanelTab {
  const { entity } = definitionOf(kind).storage;
  switch (entity) {
    case 'span':
      return 'spans';
    case 'annotation':
    case 'none':
      return 'markers';
    case 'prediction':
      return 'models';
    default:
      return assertNever(entity);
  }
}

/** Selects these together; the anchor stays where it is one of them, and is else the last. */
export function selectAll(session: Editing, uids: readonly string[]) {
  const { selected } = session.view.getState();
  const anchor = selected !== null && uids.includes(selected) ? selected : (uids.at(-1) ?? null);
  choose(session, anchor, uids);
}

/** Adds one to the selection as its anchor, or takes it away. */
export function toggle(session: Editing, uid: string) {
  const record = session.editor.get(uid);
  // A prediction is answered by itself.
  if (!record || !isChosen(record)) return;
  const before = selectedUids(session.view.getState()).filter((each) => {
    const other = session.editor.get(each);
    return other && isChosen(other);
  });
  if (before.includes(uid))
    selectAll(
      session,
      before.filter((each) => each !== uid),
    );
  else choose(session, uid, [...before, uid]);
}

/** Adds what a box between two points holds or touches: spans and markers by time, drawings by price as well. */
export function selectBox(session: Editing, from: Anchor, to: Anchor) {
  const times = [from.time, to.time].sort((a, b) => a - b) as [UtcSeconds, UtcSeconds];
  const prices = [from.price, to.price].sort((a, b) => a - b) as [number, number];
  const { hidden } = session.view.getState();
  const found = hidden
    ? []
    : [...session.editor.records().values()].filter(
        (record) => isChosen(record) && isWithin(record, times, prices),
      );
  const before = selectedRecords(session).filter(isChosen);
  selectAll(session, [...new Set([...before, ...found].map(({ uid }) => uid))]);
}

/** All that the list shows and the view holds; once these are selected, all that the list shows. */
export function selectVisible(session: Editing, range: ViewRange | null) {
  const { listed } = session.view.getState();
  const records = listed
    ? [...listed].flatMap(({ uid }) => session.editor.get(uid) ?? [])
    : [...session.editor.records().values()];
  const all = records.filter(isChosen);
  const inView = range ? all.filter((record) => isWithin(record, [range.from, range.to])) : all;
  const before = new Set(selectedUids(session.view.getState()));
  const isDone = inView.every(({ uid }) => before.has(uid));
  const chosen = (isDone ? all : inView).map(({ uid }) => uid);
  if (chosen.length > 0) selectAll(session, chosen);
}

/** The anchor goes to the next of the selection (1) or the one before (-1). */
export function stepAnchor(session: Editing, step: 1 | -1): EditorRecord | null {
  const records = selectedRecords(session);
  const at = records.findIndex(({ uid }) => uid === session.view.getState().selected);
  const next = records[(at + step + records.length) % records.length];
  if (!next || records.length < 2) return null;
  session.view.setState({ selected: next.uid, edge: null, part: null });
  return next;
}

/** `3 spans`; `5 annotations` where not all are spans. */
export function countText(records: readonly EditorRecord[]): string {
  const spans = records.filter(({ kind }) => kind === 'span').length;
  const what = spans === records.length ? 'span' : 'annotation';
  return `${formatCount(records.length)} ${what}${records.length === 1 ? '' : 's'}`;
}

/** Changes all selected spans as one. */
export function updateSpans(session: Editing, fieldsOf: (span: SpanRecord) => Partial<SpanRecord>) {
  session.editor.gesture(() => {
    for (const span of selectedSpans(session)) session.editor.update(span, fieldsOf(span));
  });
}

const isChosen = ({ kind }: EditorRecord) => kind !== 'prediction';

/** Its first and its last time. */
export function rangeOf(record: EditorRecord): [first: UtcSeconds, last: UtcSeconds] {
  const times = definitionOf(record.kind)
    .anchors(record)
    .map(({ time }) => time);
  return [Math.min(...times), Math.max(...times)];
}

function isWithin(
  record: EditorRecord,
  [from, to]: [UtcSeconds, UtcSeconds],
  box?: [low: number, high: number],
): boolean {
  const [first, last] = rangeOf(record);
  // A level runs across the whole chart.
  if (record.kind !== 'level' && (last < from || first > to)) return false;
  const prices = definitionOf(record.kind)
    .anchors(record)
    .flatMap(({ price }) => (Number.isNaN(price) ? [] : price));
  if (!box || prices.length === 0) return true;
  return Math.max(...prices) >= box[0] && Math.min(...prices) <= box[1];
}
