import { candlesticks } from './candlesticks';
import { chartPatterns } from './chart-patterns';
import { errors } from './errors';
import { missed } from './missed';
import { predictions } from './predictions';
import { similar } from './similar';
import type { ReviewSource, SourceId } from './source';

/** Every source of the board, in the order of its tabs. */
export const SOURCES: Record<SourceId, ReviewSource> = {
  similar,
  predictions,
  errors,
  missed,
  candlesticks,
  'chart-patterns': chartPatterns,
};
