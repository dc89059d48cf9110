import type { CandleRange } from '@/chart/candle-range';
import { assertNever } from '@/contract/assert-never';
import { NEGATIVE_LABEL } from '@/contract/spans';
import type { UtcSeconds } from '@/contract/units';
import type { Anchor, BarAnchor } from '@/editor/anchor';
import { predictionsOf } from '@/editor/derived';
import { definitionOf, type EditorRecord, type Kind } from '@/editor/kinds/kinds';
import { PART_TYPE } from '@/editor/kinds/parts';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import { newSpan, type SpanRecord } from '@/editor/kinds/span';
import { movedFields, reshapedFields, timesOf } from '@/editor/reshape';
import { type Effect, reduce, type ToolEvent } from '@/editor/tools';
import { noteUse } from './label-use';
import { areLetBe, isLetBe } from './overlaps';
import { addPart, removePart } from './parts';
import {
  choose,
  movedWith,
  selectBox,
  selectedSpans,
  selectedUids,
  toggle,
  updateSpans,
} from './selection';
import type { Session } from './session';

/** Hands an event to the tools and applies what they ask for; true when the gesture is theirs. */
export function dispatch(session: Session, event: ToolEvent): boolean {
  const { state, effects, captured } = reduce(session.view.getState().tool, event);
  if (state !== session.view.getState().tool) session.view.setState({ tool: state });
  // Nobody draws what they do not see.
  if (state.phase.name === 'drawing') showAnnotations(session);
  for (const effect of effects) session.tasks.add(() => applyEffect(session, effect));
  return captured;
}

function showAnnotations({ view }: Session) {
  if (view.getState().hidden) view.setState({ hidden: false });
}

/** At once, unless the candles of a bar have to be asked for first. */
function applyEffect(session: Session, effect: Effect): void | Promise<void> {
  switch (effect.type) {
    case 'select':
      return select(session, effect.target?.uid ?? null);
    case 'toggle':
      return toggle(session, effect.target.uid);
    case 'select-box':
      return selectBox(session, effect.from, effect.to);
    case 'create':
      return withCandles(session, effect.anchors, (anchors) => create(session, effect, anchors));
    case 'reshape':
      return reshape(session, effect);
    case 'move':
      return move(session, effect);
    case 'erase':
      return removeRecord(session, effect.target.uid);
    default:
      return assertNever(effect);
  }
}

/** Calls `use` with the anchors and the candles of their bars. */
function withCandles(
  { chartView }: Session,
  anchors: Anchor[],
  use: (anchors: BarAnchor[]) => void,
): void | Promise<void> {
  const ranges = anchors.map(({ time }) => chartView.current?.candleRange(time));
  const place = (found: (CandleRange | undefined)[]) =>
    use(
      anchors.map(({ time, price }, index) => {
        const { first = time, last = time } = found[index] ?? {};
        return { time: first, lastTime: last, price };
      }),
    );
  const isKnown = (range: (typeof ranges)[number]): range is CandleRange | undefined =>
    !(range instanceof Promise);
  return ranges.every(isKnown) ? place(ranges) : Promise.all(ranges).then(place);
}

function create(
  session: Session,
  { kind, labelType }: Effect & { type: 'create' },
  anchors: BarAnchor[],
) {
  if (kind === 'span' && labelType === PART_TYPE) return addPart(session, anchors);
  const label = labelType ?? labelFor(session, kind);
  if (label === null) return;
  const uid = crypto.randomUUID();
  const record = definitionOf(kind).draw?.create(uid, label, anchors);
  if (!record || (record.kind === 'span' && !isLetBe(session, record))) return;
  session.editor.add(record);
  showAnnotations(session);
  select(session, uid);
}

function reshape(session: Session, { target, to }: Effect & { type: 'reshape' }) {
  const { editor } = session;
  return withCandles(session, [to], ([at]) => {
    const record = editor.get(target.uid);
    const fields = record && at && reshapedFields(record, target, at);
    if (!record || !fields || !mayChange(session, record, fields)) return;
    editor.update(record, fields);
  });
}

/** Whether the rule of its group, if it is a span, lets it have these fields. */
const mayChange = (
  session: Session,
  record: EditorRecord,
  fields: Partial<EditorRecord>,
  together?: (uid: string) => boolean,
): boolean =>
  record.kind !== 'span' ||
  isLetBe(session, { ...record, ...(fields as Partial<SpanRecord>) }, together);

async function move(session: Session, { target, from, to }: Effect & { type: 'move' }) {
  const bars = session.chartView.current?.barsApart(from.time, to.time) ?? 0;
  await moveRecords(session, movedWith(session.view.getState(), target.uid), {
    bars,
    price: to.price - from.price,
  });
}

/** Moves records together by as many bars, and those that have prices by a price; fewer bars at the ends of the history. */
export async function moveRecords(
  session: Session,
  uids: readonly string[],
  { bars, price }: { bars: number; price: number },
) {
  const { editor, chartView } = session;
  const times = uids.flatMap((uid) => {
    const record = editor.get(uid);
    return record ? timesOf(record) : [];
  });
  const moved = await chartView.current?.shiftTimes(times, bars);
  if (!moved) return;
  const shift = { time: (time: UtcSeconds) => moved[times.indexOf(time)] ?? time, price };
  const changes = uids.flatMap((uid) => {
    const record = editor.get(uid);
    const fields = record && movedFields(record, shift);
    return record && fields ? [{ record, fields }] : [];
  });
  const isMoved = (uid: string) => uids.includes(uid);
  // They move together, so that one that may not be there holds back all.
  if (!changes.every(({ record, fields }) => mayChange(session, record, fields, isMoved))) return;
  editor.gesture(() => {
    for (const { record, fields } of changes) editor.update(record, fields);
  });
}

/** What a new one of the kind gets where its tool does not say; null where it cannot be drawn. */
export function labelFor({ view, annotationTypes }: Session, kind: Kind): string | null {
  const { storage } = definitionOf(kind);
  switch (storage.entity) {
    case 'span':
      return view.getState().activeLabel;
    case 'annotation':
      return annotationTypes.find((each) => each.isActive && each.category === kind)?.name ?? null;
    case 'none':
      return '';
    case 'prediction':
      return null;
    default:
      return assertNever(storage);
  }
}

export function select(session: Session, uid: string | null) {
  choose(session, uid, []);
}

/** A digit key: labels the selected spans, and chooses the label of the next one. */
export function chooseLabel(session: Session, label: string) {
  const spans = selectedSpans(session).map((span) => ({ ...span, label }));
  if (!areLetBe(session, spans)) return;
  noteUse(session.labels, label);
  updateSpans(session, () => ({ label }));
  session.view.setState({ activeLabel: label });
}

export function removeRecord(session: Session, uid: string) {
  const record = session.editor.get(uid);
  if (!record) return;
  if (record.kind === 'prediction') dismiss(session, record);
  else {
    session.editor.gesture(() => {
      session.editor.remove(record);
      reopen(session, uid);
    });
  }
  if (session.view.getState().selected === uid) session.view.setState({ selected: null });
}

/** Deletes the part that is worked on, or else all that is selected, as one. */
export function removeSelected(session: Session) {
  if (removePart(session)) return;
  session.editor.gesture(() => {
    for (const uid of selectedUids(session.view.getState())) removeRecord(session, uid);
  });
}

/** The prediction whose review made the span `spanUid` is to be reviewed again. */
function reopen({ editor }: Session, spanUid: string) {
  for (const record of predictionsOf(editor.records())) {
    if (record.spanUid === spanUid) {
      editor.update(record, { status: 'new', spanUid: null, inBulk: false });
    }
  }
}

export function selectedSpan(session: Session): SpanRecord | null {
  const { selected } = session.view.getState();
  const record = selected ? session.editor.get(selected) : undefined;
  return record?.kind === 'span' ? record : null;
}

export function selectedPrediction(session: Session): PredictionRecord | null {
  const { selected } = session.view.getState();
  const record = selected ? session.editor.get(selected) : undefined;
  return record?.kind === 'prediction' ? record : null;
}

/** The model is right: its proposal becomes a span. */
export function confirm(session: Session, prediction: PredictionRecord, inBulk = false) {
  const { label } = prediction;
  review(session, prediction, 'confirmed', { label, source: 'model_confirmed', inBulk });
}

/** There is something, and it is another pattern than the model says. */
export function confirmAs(session: Session, prediction: PredictionRecord, label: string) {
  if (label === prediction.label) confirm(session, prediction);
  else review(session, prediction, 'corrected', { label, source: 'model_corrected' });
}

/** The model is wrong: the place is kept as a negative, which the next run learns from. */
export function dismiss(session: Session, prediction: PredictionRecord, inBulk = false) {
  const says = { label: NEGATIVE_LABEL, source: 'human_correction', inBulk };
  review(session, prediction, 'dismissed', says);
}

/** The model is nearly right: its proposal becomes a span to be corrected, and is selected. */
export function correct(session: Session, prediction: PredictionRecord) {
  const uid = review(session, prediction, 'corrected', {
    label: prediction.label,
    source: 'model_corrected',
  });
  select(session, uid);
}

/** What a person says of some bars that something was proposed for, and whether of others with them. */
export type ReviewAnswer = Pick<SpanRecord, 'label' | 'startTime' | 'endTime'> & {
  inBulk?: boolean;
};

/** Answers a prediction, or answers it anew: a yes, another label, other edges or no pattern. */
export function answerPrediction(
  session: Pick<Session, 'editor'>,
  prediction: PredictionRecord,
  says: ReviewAnswer,
) {
  const { label, startTime, endTime } = prediction;
  const isSame = says.startTime === startTime && says.endTime === endTime;
  const [status, source] =
    says.label === NEGATIVE_LABEL
      ? (['dismissed', 'human_correction'] as const)
      : says.label === label && isSame
        ? (['confirmed', 'model_confirmed'] as const)
        : (['corrected', 'model_corrected'] as const);
  review(session, prediction, status, { ...says, source });
}

function review(
  { editor }: Pick<Session, 'editor'>,
  prediction: PredictionRecord,
  status: PredictionRecord['status'],
  { inBulk = false, ...says }: Partial<ReviewAnswer> & { label: string; source: string },
): string {
  const uid = crypto.randomUUID();
  const { startTime, endTime, label, score, id, runId, spanUid } = prediction;
  const modelPrediction = { label, confidence: score, predictionId: id, runId };
  const earlier = spanUid === null ? undefined : editor.get(spanUid);
  editor.gesture(() => {
    if (earlier) editor.remove(earlier);
    editor.add(newSpan(uid, { startTime, endTime, modelPrediction, ...says }));
    editor.update(prediction, { status, spanUid: uid, inBulk });
  });
  return uid;
}
