import { Notice } from '@/components/notice';
import { useService } from './use-service';

/** A search that has found nothing yet: under way, or waiting for a model service. */
export function Searching() {
  const service = useService();
  return service.data?.connected === false ? (
    <Notice tone="warning">
      No model service is connected, so the search waits for one. Start it with{' '}
      <code className="rounded bg-canvas px-1">npm start</code>, or in services/ml with{' '}
      <code className="rounded bg-canvas px-1">candle-ml worker</code>.
    </Notice>
  ) : (
    <p role="status" className="text-muted">
      Searching…
    </p>
  );
}
