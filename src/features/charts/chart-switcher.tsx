'use client';

import { ChevronDown, Download, Pencil, Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { formatCount } from '@/components/format';
import { Menu, MenuItem, MenuSeparator } from '@/components/menu';
import type { Chart } from '@/contract/charts';
import { EXAMPLE } from '@/contract/example';
import { trpc } from '@/trpc/client';
import { DeleteChartDialog } from './delete-chart-dialog';
import { ExampleTag } from './example-tag';
import { RenameChartDialog } from './rename-chart-dialog';

export function ChartSwitcher(props: { current: Chart; onExportAll: () => void }) {
  const { current, onExportAll } = props;
  const router = useRouter();
  const charts = trpc.charts.list.useQuery();
  const ofExample = trpc.spans.counts.useQuery({ chartId: current.id, sources: [EXAMPLE.source] });
  const [dialog, setDialog] = useState<'rename' | 'delete' | null>(null);
  return (
    <>
      <Menu
        width={300}
        trigger={
          <button
            type="button"
            className="flex h-8 min-w-0 items-center gap-2 rounded-md px-2 hover:bg-raised"
          >
            <span className="max-w-64 truncate font-semibold text-sm" title={current.name}>
              {current.name}
            </span>
            <ExampleTag spans={ofExample.data?.reduce((sum, { count }) => sum + count, 0) ?? 0} />
            <span className="hidden whitespace-nowrap text-muted min-[1200px]:inline">
              {formatCount(current.candleCount)} candles
            </span>
            <ChevronDown size={15} className="shrink-0 text-muted" />
          </button>
        }
      >
        <div className="max-h-[calc(70vh-130px)] overflow-y-auto">
          {charts.data?.map((chart) => (
            <MenuItem
              key={chart.id}
              hint={`${formatCount(chart.candleCount)} candles`}
              current={chart.id === current.id}
              onSelect={() => router.push(`/charts/${chart.id}`)}
            >
              <span title={chart.name}>{chart.name}</span>
            </MenuItem>
          ))}
        </div>
        <MenuSeparator />
        <MenuItem icon={<Download size={15} />} onSelect={onExportAll}>
          Export all charts
        </MenuItem>
        <MenuItem icon={<Pencil size={15} />} onSelect={() => setDialog('rename')}>
          Rename this chart
        </MenuItem>
        <MenuItem icon={<Trash2 size={15} />} danger onSelect={() => setDialog('delete')}>
          Delete this chart
        </MenuItem>
      </Menu>
      {dialog === 'rename' && <RenameChartDialog chart={current} onClose={() => setDialog(null)} />}
      {dialog === 'delete' && <DeleteChartDialog chart={current} onClose={() => setDialog(null)} />}
    </>
  );
}
