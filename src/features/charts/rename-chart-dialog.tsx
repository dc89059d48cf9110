'use client';

import { useState } from 'react';
import { Button } from '@/components/button';
import { Dialog } from '@/components/dialog';
import { Notice } from '@/components/notice';
import { useInitialFocus } from '@/components/use-initial-focus';
import type { Chart } from '@/contract/charts';
import { trpc } from '@/trpc/client';

export function RenameChartDialog({ chart, onClose }: { chart: Chart; onClose: () => void }) {
  const utils = trpc.useUtils();
  const [name, setName] = useState(chart.name);
  const rename = trpc.charts.rename.useMutation({
    onSuccess: async () => {
      await utils.charts.invalidate();
      onClose();
    },
  });
  return (
    <Dialog title="Rename this chart" onClose={onClose} width={420}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          rename.mutate({ chartId: chart.id, name });
        }}
      >
        <input
          ref={useInitialFocus<HTMLInputElement>()}
          aria-label="Name"
          value={name}
          maxLength={200}
          onFocus={(event) => event.target.select()}
          onChange={(event) => setName(event.target.value)}
          className="h-8 w-full rounded-md border border-line bg-raised px-2"
        />
        {rename.error && (
          <div className="mt-3">
            <Notice tone="error">{rename.error.message}</Notice>
          </div>
        )}
        <div className="mt-4 flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="solid" disabled={rename.isPending || name.trim() === ''}>
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
