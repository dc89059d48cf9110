import { ScanSearch } from 'lucide-react';
import { MAX_KEPT, type Search } from '@/contract/searches';
import { isActive } from '../../models/use-runs';
import { labelStyle } from '../../session/label-style';
import { bestFirst, ofPredictions, teachesMost } from './predictions';
import type { ReviewSet, ReviewSource } from './source';

/** What searches have found that is like a span. */
export const similar: ReviewSource = {
  ...ofPredictions,
  name: 'Similar',
  icon: ScanSearch,
  scoreName: 'Likeness',
  nothing: 'Nothing is looked for. Select a span on a chart and press ⇧ F.',
  orders: [
    bestFirst,
    {
      ...teachesMost,
      lacks: (candidates) =>
        teachesMost.lacks(candidates) && 'once the ranking has learnt from ten answers or more',
    },
  ],
  readSets: async (client) => (await client.searches.all.query({})).map(setOf),
  rank: (client, { id, example, charts }, keep) =>
    client.searches.rank.mutate({
      chartId: example?.chartId ?? charts[0]?.chartId ?? 0,
      runId: id,
      keep: keep.slice(0, MAX_KEPT).map(predictionIdOf),
    }),
};

const predictionIdOf = (uid: string) => Number(uid.slice(uid.lastIndexOf(':') + 1));

function setOf(search: Search): ReviewSet {
  return {
    id: search.id,
    title: (labels) => `Similar to ${labelStyle(labels, search.label).text}`,
    charts: search.charts,
    state:
      search.status === 'failed'
        ? 'failed'
        : isActive({ status: search.status, stage: null })
          ? 'finding'
          : 'ready',
    error: search.error,
    version: `${search.id} ${search.finishedAt}`,
    drawn: 1,
    example: search.query,
    threshold: 0,
    latest: search.latest,
    runId: search.id,
    rankedAt: search.answers,
    evidence: [],
  };
}
