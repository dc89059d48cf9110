import { annotationsApi } from './annotations/api';
import type { Described } from './api';
import { candlesApi } from './candles/api';
import { chartsApi } from './charts/api';
import { historyApi } from './history/api';
import { liveApi } from './live/api';
import { modelsApi } from './runs/api';
import { spansApi } from './spans/api';

const domains: Record<string, Record<string, Described>> = {
  charts: chartsApi,
  candles: candlesApi,
  annotations: annotationsApi,
  spans: spansApi,
  history: historyApi,
  live: liveApi,
  models: modelsApi,
};

/** The description of a procedure by its path. */
export function described(path: string): Described {
  const [domain = '', name = ''] = path.split('.');
  const found = domains[domain]?.[name];
  if (!found) throw new Error(`Describe ${path} in src/server/${domain}/api.ts.`);
  return found;
}
