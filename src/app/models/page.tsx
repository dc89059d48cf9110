import { ModelPage } from './model-page';

type Props = { searchParams: Promise<{ train?: string }> };

export default async function ModelsPage({ searchParams }: Props) {
  const { train } = await searchParams;
  return <ModelPage runId={null} trains={train !== undefined} />;
}
