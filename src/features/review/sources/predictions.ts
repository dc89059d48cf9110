import { Box } from 'lucide-react';
import type { WaitingRun } from '@/contract/runs';
import { type PredictionRecord, toPredictionRecord } from '@/editor/kinds/prediction';
import type { Records } from '@/editor/records';
import { answerTo, reviewQueue } from '../../models/review-queue';
import { answerPrediction } from '../../session/commands';
import { readAll } from '../../session/read-all';
import { runTitle } from '../../session/run-title';
import type { Candidate, Order, ReviewSet, ReviewSource } from './source';

/** What all sources have in common whose candidates are predictions of a run; a set's id is the run's. */
export const ofPredictions = {
  async load(client, session, chartId, set, signal) {
    const rows = await readAll(
      (window) => client.predictions.list.query({ chartId, runId: set.id, ...window }),
      ({ startTime }) => startTime,
    );
    // They take the place of all that the chart's session has, which may be another set's by now.
    signal.throwIfAborted();
    session.sync.loadPredictions(rows.map(toPredictionRecord));
  },
  candidates(records, { id, threshold }) {
    const open = reviewQueue(records, threshold).map(({ prediction }) => prediction);
    const answered = [...records.values()].filter(
      (record): record is PredictionRecord =>
        record.kind === 'prediction' && record.status !== 'new' && record.score >= threshold,
    );
    return [...open, ...answered].filter(({ runId }) => runId === id).map(candidateOf);
  },
  answerTo(records, uid) {
    const record = predictionOf(records, uid);
    return record && answerTo(record, records);
  },
  isInBulk: (records, uid) => predictionOf(records, uid)?.inBulk,
  answer(session, uid, says) {
    const record = predictionOf(session.editor.records(), uid);
    if (record) answerPrediction(session, record, says);
  },
} satisfies Partial<ReviewSource>;

export function candidateOf(record: PredictionRecord): Candidate {
  const { uid, chartId, startTime, endTime, label, score, teaches } = record;
  return { uid, chartId, startTime, endTime, label, score, teaches };
}

export function predictionOf(records: Records, uid: string): PredictionRecord | undefined {
  const record = records.get(uid);
  return record?.kind === 'prediction' ? record : undefined;
}

export const bestFirst = {
  name: 'Best first',
  compare: () => (a: Candidate, b: Candidate) => b.score - a.score || inTime(a, b),
};
const inTime = (a: Candidate, b: Candidate) => a.chartId - b.chartId || a.startTime - b.startTime;

/**
 * What the model is unsure of, what looks like little that is labelled, and about which its models are
 * apart, these three multiplied; then, where the model service has not said it, the least sure.
 */
const mostToLearn: Order = {
  name: 'Teaches most',
  compare: ({ threshold }) => {
    const doubt = ({ score }: Candidate) => Math.abs(score - threshold);
    return (a, b) => (b.teaches ?? -1) - (a.teaches ?? -1) || doubt(a) - doubt(b) || inTime(a, b);
  },
};

/** The same where a score does not say how sure a model is. */
export const teachesMost = {
  ...mostToLearn,
  lacks: (candidates: readonly Candidate[]) =>
    candidates.some(({ teaches }) => teaches !== null) ? null : 'not known here: train a run anew',
};

/** The predictions of the newest finished runs. */
export const predictions: ReviewSource = {
  ...ofPredictions,
  name: 'Predictions',
  icon: Box,
  scoreName: 'Model’s score',
  nothing: 'No run has finished yet. Train one, and what it finds comes here.',
  orders: [mostToLearn, bestFirst, { name: 'In time', compare: () => inTime }],
  readSets: async (client) => (await client.runs.waiting.query({})).map(setOf),
};

export function setOf(run: WaitingRun): ReviewSet {
  // Those of a long chart may come in two parts.
  const count = run.charts.reduce((sum, { open, yes, no }) => sum + open + yes + no, 0);
  return {
    id: run.id,
    title: () => runTitle(run),
    charts: run.charts,
    state: 'ready',
    error: null,
    version: `${run.id} ${count}`,
    drawn: run.spans,
    example: null,
    threshold: run.threshold,
    latest: null,
    runId: run.id,
    rankedAt: null,
    evidence: run.evidence,
  };
}
