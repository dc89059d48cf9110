import { CandlestickChart } from 'lucide-react';
import { bestFirst, ofPredictions, setOf, teachesMost } from './predictions';
import type { ReviewSource } from './source';

/** Where a candlestick pattern of TA-Lib ends and nobody has looked; the score is the share of its signals that met the label before. */
export const candlesticks: ReviewSource = {
  ...ofPredictions,
  name: 'Candlesticks',
  icon: CandlestickChart,
  scoreName: 'Precision so far',
  nothing:
    'Nothing yet: once a run has finished, TA-Lib’s candlestick patterns that have met your labels before are proposed where nobody has looked.',
  orders: [{ ...bestFirst, name: 'Most precise first' }, teachesMost],
  readSets: async (client) =>
    (await client.runs.waiting.query({ of: 'candlesticks', limit: 1 })).map((run) => ({
      ...setOf(run),
      title: () => 'Candlesticks',
    })),
};
