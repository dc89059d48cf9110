'use client';

import { useMemo } from 'react';
import { trpc } from '@/trpc/client';
import { doubtsBy } from './doubts';
import { useSession, useView } from './session';

/** What speaks against each prediction of the shown run; the same function until that changes. */
export function useDoubts() {
  const { chart, labels } = useSession();
  const runId = useView((state) => state.runId);
  const { data } = trpc.predictions.conditions.useQuery(
    { chartId: chart.id, runId: runId ?? 0 },
    // Those of another run would be said of this one meanwhile.
    { enabled: runId !== null, placeholderData: () => undefined },
  );
  return useMemo(() => doubtsBy(data, labels), [data, labels]);
}
