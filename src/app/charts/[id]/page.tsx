import { PreloadChart } from '@/features/workbench/preload-chart';
import { Workbench } from './workbench';

export default async function ChartPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const chartId = Number(id);
  return (
    <>
      <PreloadChart chartId={chartId} />
      {/* The key gives each chart an editor, history and view of its own. */}
      <Workbench key={id} chartId={chartId} />
    </>
  );
}
