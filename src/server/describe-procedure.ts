import { annotationsApi } from './annotations/api';
import type { Domain, ProcedureDescription } from './api';
import { candlesApi } from './candles/api';
import { chartsApi } from './charts/api';
import { examinedApi } from './examined/api';
import { exampleApi } from './example/api';
import { exportsApi } from './exports/api';
import { historyApi } from './history/api';
import { liveApi } from './live/api';
import { outcomesApi } from './outcomes/api';
import { predictionsApi } from './predictions/api';
import { runsApi } from './runs/api';
import { searchesApi } from './searches/api';
import { spansApi } from './spans/api';
import { uploadsApi } from './uploads/api';

const domains: Record<Domain, Record<string, ProcedureDescription>> = {
  charts: chartsApi,
  candles: candlesApi,
  uploads: uploadsApi,
  annotations: annotationsApi,
  spans: spansApi,
  examined: examinedApi,
  example: exampleApi,
  history: historyApi,
  live: liveApi,
  runs: runsApi,
  predictions: predictionsApi,
  searches: searchesApi,
  outcomes: outcomesApi,
  exports: exportsApi,
};

/** The description of a procedure by its path. */
export function describeProcedure(path: string): ProcedureDescription {
  const [domain = '', name = ''] = path.split('.');
  const found = new Map(Object.entries(domains)).get(domain)?.[name];
  if (!found) throw new Error(`Describe ${path} in src/server/${domain}/api.ts.`);
  return found;
}
