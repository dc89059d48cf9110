import { Shapes } from 'lucide-react';
import { bestFirst, ofPredictions, setOf, teachesMost } from './predictions';
import type { ReviewSource } from './source';

/** Where a chart pattern of ta-patterns is complete and nobody has looked; the score is the share of its signals that met the label before. */
export const chartPatterns: ReviewSource = {
  ...ofPredictions,
  name: 'Chart patterns',
  icon: Shapes,
  scoreName: 'Precision so far',
  nothing:
    'Nothing yet: once a run has finished, double bottoms, triangles and other rules of ta-patterns that have met your labels before are proposed where nobody has looked.',
  orders: [{ ...bestFirst, name: 'Most precise first' }, teachesMost],
  readSets: async (client) =>
    (await client.runs.waiting.query({ of: 'chart-patterns', limit: 1 })).map((run) => ({
      ...setOf(run),
      title: () => 'Chart patterns',
    })),
};
