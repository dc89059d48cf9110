'use client';

import dynamic from 'next/dynamic';
import { Opening } from './opening';

/**
 * For browsers alone, as every page's content: it comes by queries, so that a server could render no more of it
 * than that it opens, and the build would compile all of it twice.
 */
export const Home = dynamic(() => import('@/features/charts/home').then((module) => module.Home), {
  ssr: false,
  loading: Opening,
});
