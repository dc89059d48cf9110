'use client';

import { createContext, useContext } from 'react';
import type { ChartView } from '@/chart/types';

export const ChartContext = createContext<ChartView | null>(null);

/** The chart on the page; null until it has been made. */
export const useChart = () => useContext(ChartContext);
