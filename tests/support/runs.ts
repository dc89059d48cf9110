import type { Sql } from 'postgres';

const measured = (value: number, chance: number) => ({
  value,
  interval: [value - 0.06, value + 0.06],
  chance,
  baseline: 0.3,
});
export const label = (name: string, support: number, predicted: number, recall: number) => ({
  ...{ label: name, support, predicted, precision: 0.7, recall, f1: 0.65 },
});
export const metrics = (f1: number, rest: object = {}) => ({
  ...{ spanF1: f1, spanF1Std: 0.1, candleF1: 0.5, threshold: 0.55, leaks: 0 },
  perLabel: [label('bull_flag', 43, 41, 0.67), label('wedge_up', 9, 8, 0.56)],
  confusion: {
    labels: ['bull_flag', 'none'],
    counts: [
      [29, 14],
      [12, 0],
    ],
  },
  importance: [{ feature: 'slope', share: 0.2 }],
  ...{ calibration: [], folds: [] },
  ...rest,
});
export const quality = {
  ...{ meanAp: measured(0.43, 0.05), f1: measured(0.65, 0.1), precision: measured(0.7, 0.1) },
  ...{ recall: measured(0.61, 0.1), spans: 120, found: 73, shown: 105 },
  boundaryError: { start: 1.9, end: 2.3 },
};
export const curve = [
  { threshold: 0.95, precision: 0.95, recall: 0.2, interval: [0.9, 1] },
  { threshold: 0.55, precision: 0.7, recall: 0.61, interval: [0.6, 0.8] },
  { threshold: 0.1, precision: 0.3, recall: 0.9, interval: [0.2, 0.4] },
];

/** Stores a run that has ended, well where it has metrics, and gives its id. */
export async function putRun(
  sql: Sql,
  run: { chartId: number; split?: string; metrics?: object; error?: string; log?: string },
): Promise<number> {
  const { chartId, split = 'purged', metrics, error, log = '' } = run;
  const params = { chartIds: [chartId], labels: [], model: 'forest', folds: 5, seed: 0, split };
  const [row] = await sql<{ id: number }[]>`
    insert into training_runs ${sql({
      status: error === undefined ? 'succeeded' : 'failed',
      params: sql.json(params),
      metrics: metrics === undefined ? null : sql.json(metrics as never),
      ...{ log, error: error ?? null, finished_at: new Date() },
    })} returning id`;
  if (!row) throw new Error('the run was not stored');
  return row.id;
}
