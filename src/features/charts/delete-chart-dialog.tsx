'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { Button } from '@/components/button';
import { Dialog } from '@/components/dialog';
import { formatCount } from '@/components/format';
import { Notice } from '@/components/notice';
import { useInitialFocus } from '@/components/use-initial-focus';
import { type Chart, DAYS_TO_RESTORE } from '@/contract/charts';
import { trpc } from '@/trpc/client';
import { SETS_KEY } from '../review/use-sets';

/** Says what goes with the chart, and for how long it can come back, before it asks. */
export function DeleteChartDialog({ chart, onClose }: { chart: Chart; onClose: () => void }) {
  const router = useRouter();
  const utils = trpc.useUtils();
  const queries = useQueryClient();
  const contents = trpc.charts.contents.useQuery({ chartId: chart.id });
  const remove = trpc.charts.delete.useMutation({
    onSuccess: () => {
      void utils.charts.invalidate();
      void queries.invalidateQueries({ queryKey: SETS_KEY });
      router.push('/');
    },
  });
  const error = remove.error ?? contents.error;
  const { data } = contents;
  return (
    <Dialog
      title={`Delete ${chart.name}?`}
      onClose={onClose}
      width={460}
      footer={
        <>
          <Button ref={useInitialFocus()} onClick={onClose}>
            Keep it
          </Button>
          <Button
            variant="danger"
            disabled={!data || remove.isPending}
            onClick={() => remove.mutate({ chartId: chart.id })}
          >
            Delete
          </Button>
        </>
      }
    >
      {data ? (
        <p>
          With it go {counted(data.candles, 'candle')}, {counted(data.spans, 'span')},{' '}
          {counted(data.annotations, 'annotation')} and {counted(data.predictions, 'prediction')}.
          It can be restored for {DAYS_TO_RESTORE} days, from the list of charts.
        </p>
      ) : (
        !error && <p className="text-muted">Counting what the chart holds…</p>
      )}
      {error && <Notice tone="error">{error.message}</Notice>}
    </Dialog>
  );
}

const counted = (count: number, what: string) =>
  `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
