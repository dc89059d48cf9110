'use client';

import { labelCountsOf } from '@/editor/derived';
import { useRecords } from './session';

/** How many spans each label has. */
export const useLabelCounts = () => labelCountsOf(useRecords());
