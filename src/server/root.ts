import { annotationsRouter } from './annotations/router';
import { candlesRouter } from './candles/router';
import { chartsRouter } from './charts/router';
import { examinedRouter } from './examined/router';
import { exampleRouter } from './example/router';
import { exportsRouter } from './exports/router';
import { historyRouter } from './history/router';
import { liveRouter } from './live/router';
import { outcomesRouter } from './outcomes/router';
import { predictionsRouter } from './predictions/router';
import { runsRouter } from './runs/router';
import { searchesRouter } from './searches/router';
import { spansRouter } from './spans/router';
import { createCaller, router } from './trpc';
import { uploadsRouter } from './uploads/router';

export const appRouter = router({
  charts: chartsRouter,
  candles: candlesRouter,
  uploads: uploadsRouter,
  annotations: annotationsRouter,
  spans: spansRouter,
  examined: examinedRouter,
  example: exampleRouter,
  history: historyRouter,
  live: liveRouter,
  runs: runsRouter,
  predictions: predictionsRouter,
  searches: searchesRouter,
  outcomes: outcomesRouter,
  exports: exportsRouter,
});
export type AppRouter = typeof appRouter;
/** Calls procedures without HTTP: for scripts and tests. */
export const callerFor = createCaller(appRouter);
