import { Workbench } from '@/features/workbench/workbench';

export default async function ChartPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  // The key gives each chart an editor, history and view of its own.
  return <Workbench key={id} chartId={Number(id)} />;
}
