import { TRPCClientError } from '@trpc/client';
import type { Annotation, AnnotationType } from '@/contract/annotations';
import type { Conflict, ErrorData, Refusal } from '@/contract/errors';
import type { ApplyResult } from '@/contract/records';
import type { Span, SpanDiff } from '@/contract/spans';
import { isPassing, reasonOf, type trpc } from '@/trpc/client';
import { baseOf } from '../wire';
import type { Batch, Failure, Saved, Transport } from './types';

type Client = ReturnType<typeof trpc.useUtils>['client'];
type Row = Span | Annotation;

/** Saves to the server, through the typed client. */
export function trpcTransport(
  client: Client,
  chartId: number,
  types: () => AnnotationType[],
  /** Hears of the spans that were sent, and of those as they were stored. */
  onSaved: (sent: SpanDiff, stored: readonly Span[]) => void,
): Transport {
  return {
    async send(batch, signal) {
      if (batch.entity === 'annotation') {
        const { diff } = batch;
        const saved = await client.annotations.save.mutate({ chartId, diff }, { signal });
        return savedOf(saved, types());
      }
      const { diff, reviews } = batch;
      const saved =
        reviews.length > 0
          ? await client.predictions.review.mutate({ chartId, reviews, diff }, { signal })
          : await client.spans.save.mutate({ chartId, diff }, { signal });
      onSaved(diff, saved.rows);
      return savedOf(saved, types());
    },
    explain: (error, batch) => explain(error, batch, types()),
  };
}

/** The spans that the server has cut to what is free, as their group asks for. */
export function cutOf({ created, updated }: SpanDiff, rows: readonly Span[]): Span[] {
  const sent = new Map([...created, ...updated].map((each) => [each.uid, each]));
  return rows.filter(({ uid, startTime, endTime }) => {
    const own = sent.get(uid);
    return own && (own.startTime !== startTime || own.endTime !== endTime);
  });
}

export const savedOf = (
  { rev, rows, deleted }: ApplyResult<Row>,
  types: AnnotationType[],
): Saved => ({
  rev,
  rows: rows.map((row) => baseOf(row, types)),
  deleted,
});

export const conflictOf = ({ uid, current, rev }: Conflict<Row>, types: AnnotationType[]) => ({
  uid,
  current: current && baseOf(current, types),
  rev,
});

function explain(error: unknown, batch: Batch, types: AnnotationType[]): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (isPassing(error)) return { type: 'passing', message: reasonOf(error) };
  if (!(error instanceof TRPCClientError)) return { type: 'passing', message };
  const { conflicts, refused, issues } = (error.data ?? {}) as ErrorData;
  if (conflicts) {
    const rows = conflicts as Conflict<Row>[];
    return { type: 'conflict', conflicts: rows.map((each) => conflictOf(each, types)) };
  }
  return { type: 'refused', message, records: refused ?? issuesOf(batch, issues ?? []) };
}

/** Issues with the input by the records of the batch that they are about: `diff.created.3.notes`. */
export function issuesOf({ diff }: Batch, issues: NonNullable<ErrorData['issues']>): Refusal[] {
  return issues.flatMap(({ path: [, list, at], message }) => {
    const lines = { ...diff }[list as keyof typeof diff]?.[at as number];
    return lines ? { uid: lines.uid, reason: message } : [];
  });
}
