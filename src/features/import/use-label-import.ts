'use client';

import { useEffect, useRef, useState } from 'react';
import type { LabelsImported } from '@/contract/exports';
import { reasonOf, trpc } from '@/trpc/client';
import { askOutcome, isLost, saidOf } from './lost-answer';
import type { Upload } from './upload';

export type LabelState =
  | { name: 'looking' }
  | { name: 'told'; changes: LabelsImported[] }
  | { name: 'storing'; changes: LabelsImported[] }
  | { name: 'refused'; error: string }
  | { name: 'done'; changes: LabelsImported[] };

/**
 * A file of labels on its way to `chartId`, or to the charts that it names, perhaps to `replace` what
 * they have there; told before stored.
 */
export function useLabelImport(upload: Upload, chartId: number | null, replace: boolean) {
  const { client, charts } = trpc.useUtils();
  const [state, setState] = useState<LabelState>({ name: 'looking' });
  const storing = useRef<AbortController | null>(null);

  useEffect(() => {
    const stopped = new AbortController();
    const { signal } = stopped;
    setState({ name: 'looking' });
    client.exports.importLabels
      .mutate({ ...upload, chartId, replace, preview: true }, { signal })
      .then(
        (changes) => !signal.aborted && setState({ name: 'told', changes }),
        (error) => !signal.aborted && setState({ name: 'refused', error: reasonOf(error) }),
      );
    return () => stopped.abort();
  }, [client, upload, chartId, replace]);

  async function store(changes: LabelsImported[]) {
    storing.current = new AbortController();
    const { signal } = storing.current;
    setState({ name: 'storing', changes });
    try {
      const stored = await client.exports.importLabels.mutate(
        { ...upload, chartId, replace },
        { signal },
      );
      await charts.invalidate();
      setState({ name: 'done', changes: stored });
    } catch (error) {
      if (!isLost(error, signal)) return setState({ name: 'refused', error: reasonOf(error) });
      const outcome = await askOutcome(client, upload.uploadId);
      if (outcome.state !== 'stored' || !outcome.labels) {
        return setState({ name: 'refused', error: saidOf(outcome, signal) });
      }
      await charts.invalidate();
      setState({ name: 'done', changes: outcome.labels });
    }
  }

  return { state, store, cancel: () => storing.current?.abort() };
}
