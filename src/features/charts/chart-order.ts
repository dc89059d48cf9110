import type { Chart, ChartOverview } from '@/contract/charts';
import type { SpanLabelType } from '@/contract/spans';
import { labelStyle } from '../session/label-style';

export type Listed = { chart: Chart; overview: ChartOverview | undefined };
export const ORDERS = {
  work: 'Last work',
  name: 'Name',
  candles: 'Candles',
  spans: 'Spans',
} as const;
export type Order = keyof typeof ORDERS;

export const spanCount = ({ overview }: Listed) =>
  overview?.spans.reduce((sum, { count }) => sum + count, 0) ?? 0;

/** What it is sorted by, the highest first; charts come by name, so equal ones stay so. */
const RANKS: Record<Exclude<Order, 'name'>, (listed: Listed) => number> = {
  work: ({ chart, overview }) => overview?.lastWork?.at ?? chart.createdAt,
  candles: ({ chart }) => chart.candleCount,
  spans: spanCount,
};

/** The charts of which each word stands in the name, the symbol or a label on them, in order. */
export function arranged(
  charts: readonly Chart[],
  overviews: readonly ChartOverview[],
  { words, order, labels }: { words: string; order: Order; labels: SpanLabelType[] },
): Listed[] {
  const byId = new Map(overviews.map((overview) => [overview.chartId, overview]));
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const listed = charts
    .map((chart) => ({ chart, overview: byId.get(chart.id) }))
    .filter(({ chart, overview }) => {
      const names = overview?.spans.map(({ label }) => labelStyle(labels, label).text) ?? [];
      const text = [chart.name, chart.symbol ?? '', ...names].join('\n').toLowerCase();
      return wanted.every((word) => text.includes(word));
    });
  if (order === 'name') return listed;
  const rank = RANKS[order];
  return listed.toSorted((a, b) => rank(b) - rank(a));
}
