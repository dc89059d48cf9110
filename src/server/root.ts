import { annotationsRouter } from './annotations/router';
import { chartsRouter } from './charts/router';
import { spansRouter } from './spans/router';
import { createCaller, router } from './trpc';

export const appRouter = router({
  charts: chartsRouter,
  annotations: annotationsRouter,
  spans: spansRouter,
});
export type AppRouter = typeof appRouter;
/** Calls procedures without HTTP: for scripts and tests. */
export const callerFor = createCaller(appRouter);
