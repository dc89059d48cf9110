import { ModelPage } from '@/features/models/page/model-page';

export default function ModelsPage() {
  return <ModelPage runId={null} />;
}
