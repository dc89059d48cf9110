'use client';

import dynamic from 'next/dynamic';
import { Opening } from '../opening';

export const ModelPage = dynamic(
  () => import('@/features/models/page/model-page').then((module) => module.ModelPage),
  { ssr: false, loading: Opening },
);
