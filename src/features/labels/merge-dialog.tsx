'use client';

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/components/button';
import { Dialog } from '@/components/dialog';
import { formatCount } from '@/components/format';
import { Notice } from '@/components/notice';
import { useInitialFocus } from '@/components/use-initial-focus';
import type { MergePreview, SpanLabelType } from '@/contract/spans';
import { trpc } from '@/trpc/client';
import { sourceText } from '../annotate/source-text';
import { useSession } from '../session/session';
import { chartsText, spansText, useMerge } from './use-merge';

/** Asks which label another one is merged into, and shows what that changes before it is done. */
export function MergeDialog({ label, onClose }: { label: SpanLabelType; onClose: () => void }) {
  const { labels } = useSession();
  const [intoId, setIntoId] = useState<number | null>(null);
  const others = labels.filter((each) => each.isActive && each.id !== label.id);
  const into = others.find(({ id }) => id === intoId);
  const preview = trpc.spans.previewMerge.useQuery(
    { from: label.id, into: into?.id ?? 1 },
    { enabled: into !== undefined, gcTime: 0 },
  );
  const { merge } = useMerge();
  const merging = useMutation({ mutationFn: (to: SpanLabelType) => merge(label, to) });
  const error = preview.error ?? merging.error;
  return (
    <Dialog
      title={`Merge ${label.displayName} into another label`}
      onClose={onClose}
      width={460}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="solid"
            disabled={!into || !preview.data || merging.isPending}
            onClick={() => into && merging.mutate(into, { onSuccess: onClose })}
          >
            Merge
          </Button>
        </>
      }
    >
      <label className="grid grid-cols-[120px_1fr] items-center gap-2">
        <span className="text-muted">Into</span>
        <select
          ref={useInitialFocus<HTMLSelectElement>()}
          value={intoId ?? ''}
          onChange={(event) => setIntoId(Number(event.target.value))}
          className="h-8 w-full rounded-md border border-line bg-raised px-2"
        >
          <option value="" disabled>
            Choose a label
          </option>
          {others.map(({ id, displayName }) => (
            <option key={id} value={id}>
              {displayName}
            </option>
          ))}
        </select>
      </label>
      {into && preview.data && <Preview preview={preview.data} from={label} into={into} />}
      {error && (
        <div className="mt-3">
          <Notice tone="error">{error.message}</Notice>
        </div>
      )}
    </Dialog>
  );
}

function Preview(props: { preview: MergePreview; from: SpanLabelType; into: SpanLabelType }) {
  const { preview, from, into } = props;
  const { spans, charts, sources, predictions } = preview;
  return (
    <div className="mt-3 flex flex-col gap-2">
      <p>
        {spans === 0
          ? `No span has ${from.displayName}; it is archived.`
          : `${spansText(spans)} on ${chartsText(charts)} ${spans === 1 ? 'gets' : 'get'} ${into.displayName}.`}
      </p>
      {sources.length > 0 && (
        <table className="w-full text-xs tabular-nums">
          <thead className="text-muted">
            <tr>
              <th className="py-1 text-left font-normal">Made by</th>
              <th className="py-1 text-right font-normal">Spans</th>
              <th className="py-1 text-right font-normal">Charts</th>
            </tr>
          </thead>
          <tbody>
            {sources.map((each) => (
              <tr key={each.source} className="border-line border-t">
                <td className="py-1">{sourceText(each.source)}</td>
                <td className="py-1 text-right">{formatCount(each.spans)}</td>
                <td className="py-1 text-right">{formatCount(each.charts)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="text-muted text-xs">
        {from.displayName} is archived; runs that name it
        {predictions > 0 && `, and their ${formatCount(predictions)} predictions,`} mean{' '}
        {into.displayName} from then on. Bars that were examined for one of the two alone count as
        examined for neither. Undo takes it back.
      </p>
    </div>
  );
}
