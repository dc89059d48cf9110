'use client';

import { useMemo } from 'react';
import { Button } from '@/components/button';
import { capitalized, formatScore } from '@/components/format';
import type { PredictionRecord } from '@/editor/kinds/prediction';
import type { Records } from '@/editor/records';
import { reasonOf, restAbove } from '../models/rest-above';
import { answerTo, orderOf, reviewQueue } from '../models/review-queue';
import type { CommandId } from '../session/command';
import { useCommand } from '../session/command-context';
import { useRecords } from '../session/session';

/** One answer for all candidates that are left, and what speaks for it; it waits for a first answer. */
export function BulkBar() {
  const records = useRecords();
  const rest = useMemo(() => restOf(records), [records]);
  if (rest.left.length === 0) return null;
  return (
    <section aria-label="The rest" className="flex flex-col gap-2 px-3.5 py-3">
      <p>
        {rest.left.length} left, all at {formatScore(rest.lowest)} or more.
        <span className="block text-muted text-xs">{reasonOf(rest)}</span>
      </p>
      <div className="grid grid-cols-2 gap-2">
        <RestButton command="review.confirmRest" disabled={rest.answered === 0} />
        <RestButton command="review.dismissRest" disabled={rest.answered === 0} />
      </div>
    </section>
  );
}

function RestButton({ command, disabled }: { command: CommandId; disabled: boolean }) {
  const { hint = '', shortcut, run } = useCommand(command);
  return (
    <Button shortcut={shortcut} disabled={disabled} onClick={run}>
      {capitalized(hint)}
    </Button>
  );
}

function restOf(records: Records) {
  const order = orderOf({ bestFirst: true, later: [], shown: [] });
  const open = reviewQueue(records, 0, order).map(({ prediction }) => prediction);
  const answered = [...records.values()].filter(
    (record): record is PredictionRecord =>
      record.kind === 'prediction' && record.status !== 'new' && !record.inBulk,
  );
  return restAbove(
    open,
    answered.map((prediction) => ({
      score: prediction.score,
      isYes: answerTo(prediction, records) === prediction.label,
    })),
    null,
  );
}
