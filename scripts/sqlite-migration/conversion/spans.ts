import { type Json, toJson } from './json';
import { cellAsJson, type Lossy } from './rows';
import type { Values } from './rules';

type SpanValues = Values<'span_annotations'>;
export type FinishedSpan = Omit<SpanValues, 'confidence' | 'outcome'> & {
  confidence: number | null;
  outcome: string | null;
};

/** Their confidence is from 0 to 1; a person's is from 1 to 5. */
const MACHINES = ['talib', 'programmatic'];
const OUTCOMES = ['win', 'loss', 'breakeven'];

/**
 * What depends on more than one cell of a span. Words and numbers that the new columns cannot
 * hold are added to its notes, where people see them.
 */
export function finishSpan(values: SpanValues, notes: string[], lossy: Lossy[]): FinishedSpan {
  const span = { ...values, confidence: null, outcome: null } as FinishedSpan;
  const kept: string[] = [];
  for (const { column, cell } of lossy) kept.push(`${column}: ${cellAsJson(cell)}`);
  if (values.start_time > values.end_time) {
    [span.start_time, span.end_time] = [values.end_time, values.start_time];
    notes.push('start_time: start and end swapped');
  }
  const outcome = values.outcome?.trim().toLowerCase() ?? null;
  if (outcome === null || OUTCOMES.includes(outcome)) {
    span.outcome = outcome;
    if (outcome !== values.outcome) notes.push('outcome: spelled like the others');
  } else {
    kept.push(`outcome: ${values.outcome}`);
    notes.push('outcome: unknown word moved to the notes');
  }
  setConfidence(span, values, notes, kept);
  if (kept.length > 0) span.notes = [values.notes, ...kept].filter(Boolean).join('\n');
  return span;
}

function setConfidence(span: FinishedSpan, values: SpanValues, notes: string[], kept: string[]) {
  const { confidence, source } = values;
  if (confidence === null) return;
  const isShare = typeof confidence === 'number' && confidence >= 0 && confidence <= 1;
  if (isShare && (MACHINES.includes(source) || !Number.isInteger(confidence))) {
    span.confidence = 1 + Math.round(confidence * 4);
    span.model_prediction = withConfidence(values, confidence, kept);
    notes.push('confidence: 0 to 1 made 1 to 5, the number itself kept in model_prediction');
  } else if (typeof confidence === 'number' && confidence >= 1 && confidence <= 5) {
    span.confidence = Math.round(confidence);
    if (span.confidence === confidence) return;
    kept.push(`confidence: ${confidence}`);
    notes.push('confidence: rounded, the number itself moved to the notes');
  } else {
    kept.push(`confidence: ${confidence}`);
    notes.push('confidence: outside 1 to 5, moved to the notes');
  }
}

/** The old model_prediction, with the confidence in it where it has none yet. */
function withConfidence(
  { model_prediction, label }: SpanValues,
  confidence: number,
  kept: string[],
): Json {
  const old = model_prediction?.value as Record<string, unknown> | undefined;
  if (!model_prediction || !old) return toJson({ label, confidence });
  if (!('confidence' in old)) return toJson({ ...old, confidence });
  if (old.confidence !== confidence) kept.push(`confidence: ${confidence}`);
  return model_prediction;
}
