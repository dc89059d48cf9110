'use client';

import dynamic from 'next/dynamic';

/*
 * What a screen shows comes by queries, so of all of it a server could render no more than what stands here
 * until its scripts are there. So the build compiles screens for the browser alone.
 */
const loading = () => <main className="grid h-dvh place-items-center text-muted">Opening…</main>;

export const Home = dynamic(() => import('@/features/charts/home').then((of) => of.Home), {
  ssr: false,
  loading,
});
export const ModelPage = dynamic(
  () => import('@/features/models/page/model-page').then((of) => of.ModelPage),
  { ssr: false, loading },
);
export const ReviewPage = dynamic(
  () => import('@/features/review/review-page').then((of) => of.ReviewPage),
  { ssr: false, loading },
);
export const Workbench = dynamic(
  () => import('@/features/workbench/workbench').then((of) => of.Workbench),
  { ssr: false, loading },
);
