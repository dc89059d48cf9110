'use client';

import { RenameDialog } from '@/components/rename-dialog';
import type { Chart } from '@/contract/charts';
import { trpc } from '@/trpc/client';

export function RenameChartDialog({ chart, onClose }: { chart: Chart; onClose: () => void }) {
  const utils = trpc.useUtils();
  const rename = trpc.charts.rename.useMutation({
    async onSuccess() {
      await utils.charts.invalidate();
      onClose();
    },
  });
  return (
    <RenameDialog
      title="Rename this chart"
      name={chart.name}
      maxLength={200}
      problem={rename.error?.message}
      isPending={rename.isPending}
      onRename={(name) => rename.mutate({ chartId: chart.id, name })}
      onClose={onClose}
    />
  );
}
