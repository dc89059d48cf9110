'use client';

import { useEffect } from 'react';
import type { Chart } from '@/contract/charts';
import { trpc } from '@/trpc/client';
import { forgetExchange, timeZones } from './time-zone';

/** Says in which zone a chart is traded, for all who read it. */
export function useSayExchange(chartId: number) {
  const utils = trpc.useUtils();
  return trpc.charts.setExchangeZone.useMutation({
    async onSuccess() {
      await utils.charts.invalidate();
      forgetExchange(chartId);
    },
  });
}

/** Hands over to the chart what was said of it in this browser alone, unless somebody has said it since. */
export function useHandOverExchange({ id, exchangeZone }: Chart) {
  const { mutate } = useSayExchange(id);
  useEffect(() => {
    const zone = timeZones.getState().exchanges[id];
    if (zone === undefined) return;
    if (exchangeZone !== null) forgetExchange(id);
    // Where one may not, it stays as it was.
    else mutate({ chartId: id, zone });
  }, [id, exchangeZone, mutate]);
}
