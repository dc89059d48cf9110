'use client';

import dynamic from 'next/dynamic';
import { Opening } from '../../opening';

export const Workbench = dynamic(
  () => import('@/features/workbench/workbench').then((module) => module.Workbench),
  { ssr: false, loading: Opening },
);
