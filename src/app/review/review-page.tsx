'use client';

import dynamic from 'next/dynamic';
import { Opening } from '../opening';

export const ReviewPage = dynamic(
  () => import('@/features/review/review-page').then((module) => module.ReviewPage),
  { ssr: false, loading: Opening },
);
