'use client';

import { useRouter } from 'next/navigation';
import { useCallback, useRef, useState } from 'react';
import { reasonOf, trpc } from '@/trpc/client';
import { askNext, nextAddress, timeframeOf } from '../session/ask-next';
import { openSession } from '../session/open-sessions';

/** From a page outside a chart to the window to look at now, on one chart or over all. */
export function useLabelNext(chartId?: number) {
  const utils = trpc.useUtils();
  const router = useRouter();
  const [isAsking, setIsAsking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const asked = useRef(false);
  const go = useCallback(async () => {
    if (asked.current) return;
    asked.current = true;
    setIsAsking(true);
    setProblem(null);
    try {
      const next = await askNext(utils.client, chartId);
      setProblem(next.problem ?? (next.window ? null : 'Nothing is left to look at.'));
      if (!next.window) return;
      openSession(next.window.chartId, utils, null).view.setState({ next });
      router.push(nextAddress(next.window, timeframeOf(utils, next.window.chartId)));
    } catch (error) {
      setProblem(reasonOf(error));
    } finally {
      asked.current = false;
      setIsAsking(false);
    }
  }, [utils, router, chartId]);
  return { go, isAsking, problem };
}
