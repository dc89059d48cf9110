import type { UtcSeconds } from '@/contract/common';
import { NEGATIVE_LABEL, type SpanFields } from '@/contract/spans';
import { type PredictionRecord, predictionUid, type SpanRecord } from '@/editor/records';
import { type Effect, reduce, type Target, type ToolEvent } from '@/editor/tools';
import type { Session } from './session';

/** Hands an event to the tools and applies what they ask for; true when the gesture is theirs. */
export function dispatch(session: Session, event: ToolEvent): boolean {
  const { state, effects, captured } = reduce(session.view.getState().tool, event);
  if (state !== session.view.getState().tool) session.view.setState({ tool: state });
  for (const effect of effects) applyEffect(session, effect);
  return captured;
}

function applyEffect(session: Session, effect: Effect) {
  const { editor } = session;
  switch (effect.type) {
    case 'select':
      return select(session, effect.target ? uidOf(effect.target) : null);
    case 'create-span':
      return createSpan(session, effect.startTime, effect.endTime);
    case 'create-marker': {
      const uid = crypto.randomUUID();
      const { labelType, time } = effect;
      editor.add({
        kind: 'marker',
        uid,
        id: null,
        labelType,
        time,
        geometry: null,
        color: null,
      });
      return select(session, uid);
    }
    case 'resize-span': {
      const span = editor.get(effect.uid);
      if (span?.kind !== 'span') return;
      const other = effect.edge === 'start' ? span.endTime : span.startTime;
      const startTime = Math.min(other, effect.time);
      const endTime = Math.max(other, effect.time);
      return editor.update(span, { startTime, endTime });
    }
    case 'move-marker': {
      const marker = editor.get(effect.uid);
      if (marker?.kind === 'marker') editor.update(marker, { time: effect.time });
      return;
    }
    case 'erase':
      return removeRecord(session, uidOf(effect.target));
  }
}

function uidOf(target: Target): string {
  return target.kind === 'prediction' ? predictionUid(Number(target.id)) : target.uid;
}

export function select(session: Session, uid: string | null) {
  const kind = uid && session.editor.get(uid)?.kind;
  const tab = kind === 'span' ? 'spans' : kind === 'marker' ? 'markers' : 'models';
  session.view.setState(kind ? { selected: uid, tab } : { selected: null });
}

const FRESH: Omit<SpanFields, 'startTime' | 'endTime' | 'label'> = {
  confidence: null,
  outcome: null,
  notes: null,
  subSpans: null,
  color: null,
  source: 'human',
  modelPrediction: null,
};

function createSpan(session: Session, startTime: UtcSeconds, endTime: UtcSeconds) {
  const label = session.view.getState().activeLabel;
  if (!label) return;
  const uid = crypto.randomUUID();
  session.editor.add({ kind: 'span', uid, id: null, ...FRESH, startTime, endTime, label });
  select(session, uid);
}

/** A digit key: labels the selected span, and chooses the label of the next one. */
export function chooseLabel(session: Session, label: string) {
  const selected = selectedSpan(session);
  if (selected && selected.label !== label) session.editor.update(selected, { label });
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

/** The prediction whose review made the span `spanUid` is to be reviewed again. */
function reopen({ editor }: Session, spanUid: string) {
  for (const record of editor.records().values()) {
    if (record.kind === 'prediction' && record.spanUid === spanUid) {
      editor.update(record, { status: 'new', spanUid: null });
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
export function confirm(session: Session, prediction: PredictionRecord) {
  review(session, prediction, 'confirmed', { label: prediction.label, source: 'model_confirmed' });
}

/** The model is wrong: the place is kept as a negative, which the next run learns from. */
export function dismiss(session: Session, prediction: PredictionRecord) {
  review(session, prediction, 'dismissed', { label: NEGATIVE_LABEL, source: 'human_correction' });
}

/** The model is nearly right: its proposal becomes a span to be corrected, and is selected. */
export function correct(session: Session, prediction: PredictionRecord) {
  const uid = review(session, prediction, 'corrected', {
    label: prediction.label,
    source: 'model_corrected',
  });
  select(session, uid);
}

function review(
  { editor }: Session,
  prediction: PredictionRecord,
  status: PredictionRecord['status'],
  says: { label: string; source: string },
): string {
  const uid = crypto.randomUUID();
  const { startTime, endTime, label, score, id, runId } = prediction;
  const modelPrediction = { label, confidence: score, predictionId: id, runId };
  editor.gesture(() => {
    editor.add({
      kind: 'span',
      uid,
      id: null,
      ...FRESH,
      startTime,
      endTime,
      modelPrediction,
      ...says,
    });
    editor.update(prediction, { status, spanUid: uid });
  });
  return uid;
}
