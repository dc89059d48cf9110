import { chartsRouter } from './charts/router';
import { createCaller, router } from './trpc';

export const appRouter = router({
  charts: chartsRouter,
});
export type AppRouter = typeof appRouter;
/** Calls procedures without HTTP: for scripts and tests. */
export const callerFor = createCaller(appRouter);
