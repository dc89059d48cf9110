import { ModelPage } from '../model-page';

export default async function RunPage({ params }: { params: Promise<{ run: string }> }) {
  const { run } = await params;
  return <ModelPage runId={Number(run)} />;
}
