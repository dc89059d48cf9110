import type { LucideIcon } from 'lucide-react';
import type { WaitingRun } from '@/contract/runs';
import type { SpanLabelType } from '@/contract/spans';
import type { UtcSeconds } from '@/contract/units';
import type { Records } from '@/editor/records';
import type { trpc } from '@/trpc/client';
import type { ReviewAnswer } from '../../session/commands';
import type { OpenSession } from '../../session/open-sessions';

/** A tab of the board each. A new one is a name here and a file in the table of `sources.ts`. */
export const SOURCE_IDS = [
  'similar',
  'predictions',
  'errors',
  'missed',
  'candlesticks',
  'chart-patterns',
] as const;
export type SourceId = (typeof SOURCE_IDS)[number];
export const isSourceId = (text: string): text is SourceId => SOURCE_IDS.some((id) => id === text);

export type Client = ReturnType<typeof trpc.useUtils>['client'];

/** What is answered with yes or no: some bars of a chart, and the label that is proposed for them. */
export type Candidate = {
  /** Of the record of its chart that it is about. */
  uid: string;
  chartId: number;
  startTime: UtcSeconds;
  endTime: UtcSeconds;
  label: string;
  /** 0 to 1. */
  score: number;
  /** 0 to 1: how much an answer should teach; null where that is not known. */
  teaches: number | null;
};

/** What is gone through together: the candidates of one search, the predictions of one run. */
export type ReviewSet = {
  id: number;
  title(labels: readonly SpanLabelType[]): string;
  charts: WaitingRun['charts'];
  state: 'ready' | 'finding' | 'failed';
  /** Why it failed. */
  error: string | null;
  /** Another one when other candidates are there to be read. */
  version: string;
  /** Spans that people drew for it; null where that is not known. */
  drawn: number | null;
  /** The bars whose shape is looked for. */
  example: { chartId: number; startTime: UtcSeconds; endTime: UtcSeconds } | null;
  /** Score from which on something is proposed; in the end of doubt it lies. */
  threshold: number;
  /** The newest answers, at most 20, where these are counted. */
  latest: { count: number; yes: number } | null;
  /** The run whose predictions the candidates are; null where they are none. */
  runId: number | null;
  /** Answers that the order has learnt from; null where it learns from none. */
  rankedAt: number | null;
  /** What the scores of known patterns rest on. */
  evidence: WaitingRun['evidence'];
};

/** “Doji: 3 of 8 signals”; null where the score rests on nothing that is counted. */
export function basisOf({ evidence }: ReviewSet, { chartId, score }: Candidate): string | null {
  const own = evidence.filter(
    (each) => each.chartId === chartId && Math.abs(each.hits / each.signals - score) < 1e-9,
  );
  if (own.length === 0) return null;
  return own
    .map(({ name, signals, hits }) => `${name}: ${hits} of ${signals} signals in examined bars`)
    .join('; ');
}

export type Order = {
  name: string;
  /** Why a person can't have it for these candidates, or null. */
  lacks?(candidates: readonly Candidate[]): string | null;
  compare(set: ReviewSet): (a: Candidate, b: Candidate) => number;
};

export type ReviewSource = {
  name: string;
  /** What is asked of an open candidate, where it is not “is there this pattern?”; `nameOf` is of labels. */
  question?(records: Records, uid: string, nameOf: (label: string) => string): string;
  icon: LucideIcon;
  /** What the score of a candidate says. */
  scoreName: string;
  /** What to say when there is nothing. */
  nothing: string;
  /** The first one is taken unless a person chooses another. */
  orders: readonly [Order, ...Order[]];
  /** Newest first. */
  readSets(client: Client): Promise<ReviewSet[]>;
  /**
   * Reads what a set proposes on a chart into the chart's session, in the place of what another set has
   * there, unless that is given up meanwhile; people's spans are there already.
   */
  load(
    client: Client,
    session: Pick<OpenSession, 'sync'>,
    chartId: number,
    set: ReviewSet,
    signal: AbortSignal,
  ): Promise<void>;
  /** What waits and what was answered, but not what people have settled otherwise. */
  candidates(records: Records, set: ReviewSet): Candidate[];
  /** The label that a person gave; null while it waits, undefined once it is gone. */
  answerTo(records: Records, uid: string): string | null | undefined;
  /** Whether an answer was given together with others; undefined where nobody keeps that. */
  isInBulk?(records: Records, uid: string): boolean | undefined;
  /** Answers, or answers anew; `NEGATIVE_LABEL` is a no. Under the chart's undo, in one step. */
  answer(session: Pick<OpenSession, 'editor'>, uid: string, says: ReviewAnswer): void;
  /** Has the set's order learn from the answers; the candidates to keep may be in sight. */
  rank?(client: Client, set: ReviewSet, keep: readonly string[]): Promise<unknown>;
};
