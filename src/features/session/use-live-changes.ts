'use client';

import { useEffect, useRef } from 'react';
import type { ChartEvent } from '@/contract/live';
import { NEGATIVE_LABEL } from '@/contract/spans';
import { trpc } from '@/trpc/client';
import type { OpenStream } from './live/leader';
import { followShared } from './live/shared-stream';
import { useSession } from './session';
import type { Sync } from './sync/sync';
import { receivedOf } from './wire';

const RETRY_MS = 5_000;

/**
 * Shows what other windows and programs do to the chart. A window that nobody looks at does not
 * listen; it catches up when it is looked at again.
 */
export function useLiveChanges() {
  const { chart, sync, editor, examined } = useSession();
  const utils = trpc.useUtils();
  const known = useRef({ rev: chart.rev, dataRev: chart.dataRev });
  const chartId = chart.id;

  useEffect(() => {
    const { client } = utils;
    const types = () => utils.annotations.types.getData() ?? [];
    const open: OpenStream = (charts, { onEvent, onError }) =>
      client.live.charts.subscribe(
        { charts },
        { onData: ({ data }) => onEvent(data.chartId, data.event), onError },
      );
    let stopFollowing = () => {};
    let retry: ReturnType<typeof setTimeout> | undefined;

    const pause = () => {
      clearTimeout(retry);
      stopFollowing();
    };
    const follow = () => {
      pause();
      if (document.hidden) return;
      const { rev: since, dataRev } = known.current;
      stopFollowing = followShared(
        open,
        { chartId, since, dataRev },
        {
          onEvent: take,
          onGone: pause,
          onError: again,
        },
      );
    };
    const again = () => {
      pause();
      retry = setTimeout(follow, RETRY_MS);
    };

    const take = (event: ChartEvent) => {
      if (event.type === 'resync') {
        reload(event.rev).catch(again);
        return;
      }
      known.current.rev = event.rev;
      if (event.type === 'candles') {
        known.current.dataRev = event.dataRev;
        // The chart draws the new candles when it learns of their revision.
        void utils.charts.invalidate();
        void utils.candles.pyramid.invalidate({ chartId });
        void utils.candles.gaps.invalidate({ chartId });
        return;
      }
      examined.receive(event.examined, event.deleted);
      noticeNews(sync.receive(receivedOf(event, types())));
    };

    const reload = async (rev: number) => {
      await sync.read();
      examined.start(await client.examined.list.query({ chartId }));
      known.current.rev = rev;
      void utils.spans.types.invalidate();
      void utils.predictions.list.invalidate({ chartId });
    };

    /** Others have made labels, or reviewed predictions, that are not known here yet. */
    const noticeNews = (taken: ReturnType<Sync['receive']>) => {
      if (taken.length === 0) return;
      const spans = taken.flatMap(({ record }) => (record?.kind === 'span' ? record : []));
      const names = new Set(utils.spans.types.getData()?.map(({ name }) => name));
      if (spans.some(({ label }) => label !== NEGATIVE_LABEL && !names.has(label))) {
        void utils.spans.types.invalidate();
      }
      const gone = new Set(taken.flatMap(({ uid, record }) => (record ? [] : uid)));
      const isReviewUndone = () =>
        [...editor.records().values()].some(
          (record) =>
            record.kind === 'prediction' && record.spanUid !== null && gone.has(record.spanUid),
        );
      if (spans.some(({ modelPrediction }) => modelPrediction) || isReviewUndone()) {
        void utils.predictions.list.invalidate({ chartId });
      }
    };

    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      pause();
    };
  }, [chartId, sync, editor, examined, utils]);
}
