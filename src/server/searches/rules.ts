import { SEARCH_MODEL, type SearchParams, type SearchWanted } from '@/contract/searches';

/** The parameters of the run that carries out a search. */
export function paramsOf(
  chartId: number,
  { startTime, endTime, label, otherCharts, limit, until }: SearchWanted,
): SearchParams {
  return {
    model: SEARCH_MODEL,
    chartIds: [...new Set([chartId, ...otherCharts])],
    labels: [label],
    query: { chartId, startTime, endTime },
    limit,
    until,
    answers: 0,
    keep: [],
  };
}
